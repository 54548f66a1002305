import type { ParticipantInfo } from "../../signaling/protocol/messages.ts";

/** Participants named before the rest is only counted. */
const NAMED = 2;

/** Who joined and who left, as a sentence; empty when nobody did. */
export function participantChanges(
	before: readonly ParticipantInfo[],
	after: readonly ParticipantInfo[],
	viewerId: string | undefined,
): string {
	const came = missingFrom(before, after).filter((participant) => participant.viewerId !== viewerId);
	const went = missingFrom(after, before).filter((participant) => participant.viewerId !== viewerId);
	return [sentence(came, "joined"), sentence(went, "left")].filter(Boolean).join(" ");
}

/** Those of `participants` who are in and were not among `others`. */
function missingFrom(
	others: readonly ParticipantInfo[],
	participants: readonly ParticipantInfo[],
): ParticipantInfo[] {
	const known = new Set(others.filter(({ waiting }) => !waiting).map(({ viewerId }) => viewerId));
	return participants.filter(({ viewerId, waiting }) => !waiting && !known.has(viewerId));
}

function sentence(participants: readonly ParticipantInfo[], what: string): string {
	if (participants.length === 0) return "";
	if (participants.length > NAMED) return `${participants.length} people ${what}.`;
	return `${participants.map(({ name }) => name).join(" and ")} ${what}.`;
}

/** Colours that tell people apart; see `--participant-…` in the stylesheet. */
const COLOURS = 8;

/** One or two letters for somebody's face. */
export function initialsOf(name: string): string {
	const words = name.trim().split(/\s+/);
	const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) =>
		firstLetter(word ?? ""),
	);
	return letters.join("").toUpperCase();
}

/** A participant's colour by their number on the device, as CSS. */
export function colourOf(number: number): string {
	return `var(--participant-${number % COLOURS})`;
}

/** What people see as one character, which may be several code points (Unicode Standard Annex 29). */
function firstLetter(word: string): string {
	const [first] = new Intl.Segmenter().segment(word);
	return first?.segment ?? "";
}

/** What to call somebody by their id. */
export function nameOf(participants: readonly ParticipantInfo[], viewerId: string): string {
	return participants.find((participant) => participant.viewerId === viewerId)?.name ?? "Somebody";
}
