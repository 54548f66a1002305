import type { Person } from "../../signaling/protocol/messages.ts";

/** Names told before the rest is only counted. */
const NAMED = 2;

/** Who came and who went, in a sentence for everybody else; empty when nobody did. */
export function peopleChanges(
	before: readonly Person[],
	after: readonly Person[],
	viewerId: string | undefined,
): string {
	const came = missingFrom(before, after).filter((person) => person.viewerId !== viewerId);
	const went = missingFrom(after, before).filter((person) => person.viewerId !== viewerId);
	return [sentence(came, "joined"), sentence(went, "left")].filter(Boolean).join(" ");
}

/** Those of `people` who are in, and were not in `others`. */
function missingFrom(others: readonly Person[], people: readonly Person[]): Person[] {
	const known = new Set(others.filter(({ waiting }) => !waiting).map(({ viewerId }) => viewerId));
	return people.filter(({ viewerId, waiting }) => !waiting && !known.has(viewerId));
}

function sentence(people: readonly Person[], what: string): string {
	if (people.length === 0) return "";
	if (people.length > NAMED) return `${people.length} people ${what}.`;
	return `${people.map(({ name }) => name).join(" and ")} ${what}.`;
}

/** Colours that tell people apart; see `--person-…` in the stylesheet. */
const COLOURS = 8;

/** One or two letters for somebody's face. */
export function initialsOf(name: string): string {
	const words = name.trim().split(/\s+/);
	const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) =>
		firstLetter(word ?? ""),
	);
	return letters.join("").toUpperCase();
}

/** A person's colour by their number on the device, as CSS. */
export function colourOf(number: number): string {
	return `var(--person-${number % COLOURS})`;
}

/** What people see as one character, which may be several code points (Unicode Standard Annex 29). */
function firstLetter(word: string): string {
	const [first] = new Intl.Segmenter().segment(word);
	return first?.segment ?? "";
}

/** What to call somebody by their id. */
export function nameOf(people: readonly Person[], viewerId: string): string {
	return people.find((person) => person.viewerId === viewerId)?.name ?? "Somebody";
}
