import type { ControlAction, ParticipantInfo } from "../../signaling/protocol/messages.ts";
import type { MonotonicTime } from "../../signaling/protocol/time.ts";
import { nameOf } from "./participants.ts";
import type { ViewerState } from "./state.ts";

/** Something that the user can do with control. */
export interface ControlChoice {
	readonly action: ControlAction;
	/** To whom, for `give` and `deny`. */
	readonly viewerId?: string;
	readonly text: string;
}

/** A request for control that the user may answer. */
interface ControlRequest {
	readonly viewerId: string;
	readonly name: string;
	/** When it lapses. */
	readonly until: MonotonicTime;
}

/** Who has control, from the user's point of view. */
export interface ControlView {
	/**
	 * `requested`: the user has asked for it; `asked`: the user has it, and somebody asks; `elsewhere`: the user has it in
	 * another tab, and a touch brings it here.
	 */
	readonly kind:
		| "unknown"
		| "view-only"
		| "free"
		| "you"
		| "elsewhere"
		| "other"
		| "requested"
		| "asked"
		| "locked";
	readonly text: string;
	/** The same for narrow screens. */
	readonly short: string;
	/** What a click on the pill does; without it, the click opens the menu. */
	readonly primary?: ControlAction;
	/** Items of the menu. */
	readonly choices: readonly ControlChoice[];
	/** Requests to answer, oldest first. */
	readonly requests: readonly ControlRequest[];
	/** When the request shown on the pill lapses. */
	readonly until?: MonotonicTime;
	/** The user's input reaches the device. */
	readonly mayTouch: boolean;
	/** What to show when the user touches all the same. */
	readonly refusal: string;
}

const unknown: ControlView = {
	kind: "unknown",
	text: "",
	short: "",
	choices: [],
	requests: [],
	mayTouch: false,
	refusal: "",
};

/** Text and choices for the user's control pill. */
export function controlView(
	state: Pick<ViewerState, "role" | "viewerId" | "control" | "participants">,
): ControlView {
	const { role, viewerId, control, participants = [] } = state;
	if (role === undefined) return unknown;
	if (role === "view") {
		const refusal = "This link is for watching only.";
		return { ...unknown, kind: "view-only", text: "View only", short: "View only", refusal };
	}
	// The host decides; until the state of control is known, trying does no harm.
	if (!control) return { ...unknown, mayTouch: true };
	const own = role === "own";
	const here = control.holder !== undefined && control.holder === viewerId;
	const elsewhere = !here && samePerson(participants, viewerId, control.holder);
	const mine = here || elsewhere;
	const locked = control.state === "locked";
	const holder = control.holder === undefined ? undefined : nameOf(participants, control.holder);
	const asked = control.requests.find((request) => request.viewerId === viewerId);
	const others = control.requests
		.filter((request) => request !== asked)
		.map((request) => ({ ...request, name: nameOf(participants, request.viewerId) }));
	const choices = choicesFor(
		{ own, mine, here, locked, held: holder !== undefined, asked: asked !== undefined },
		others,
	);
	const base = { choices, requests: mine || own ? others : [], mayTouch: mine, refusal: "" };
	const [first] = others;
	if (mine && first) {
		const text = `${first.name} asks for control`;
		return { ...base, kind: "asked", text, short: `${first.name} asks`, until: first.until };
	}
	if (elsewhere) return { ...base, kind: "elsewhere", text: "You, in another tab", short: "Other tab" };
	if (mine) {
		const text = locked ? "You have control – locked" : "You have control";
		return { ...base, kind: "you", text, short: "Control" };
	}
	if (locked) {
		const refusal = own ? "Control is locked. Take it here." : "An owner has locked control.";
		const text = holder === undefined ? "Locked by owner" : `${holder} has control – locked`;
		return {
			...base,
			kind: "locked",
			text,
			short: holder ?? "Locked",
			refusal,
			...(own && { primary: "take" as const }),
		};
	}
	if (holder === undefined) return { ...base, ...free(control.touchTakes) };
	if (asked) {
		const refusal = `${holder} has not answered yet.`;
		const text = `Asked ${holder} for control`;
		return { ...base, kind: "requested", text, short: "Asked", until: asked.until, refusal };
	}
	const refusal = `${holder} has control. Ask for it here.`;
	const text = `${holder} has control – ask`;
	return { ...base, kind: "other", text, short: holder, primary: "request", refusal };
}

function free(touchTakes: boolean): Omit<ControlView, "choices" | "requests"> {
	return {
		kind: "free",
		text: touchTakes ? "Free – touch to take" : "Free – take control",
		short: "Free",
		primary: "request",
		mayTouch: touchTakes,
		refusal: touchTakes ? "" : "Take control here first.",
	};
}

/** Whether two viewers are tabs of one person. */
function samePerson(
	participants: readonly ParticipantInfo[],
	one: string | undefined,
	other: string | undefined,
): boolean {
	const personOf = (id: string | undefined) => participants.find(({ viewerId }) => viewerId === id)?.person;
	return personOf(one) !== undefined && personOf(one) === personOf(other);
}

interface Standing {
	readonly own: boolean;
	/** The user has control, here or in another tab. */
	readonly mine: boolean;
	readonly here: boolean;
	readonly locked: boolean;
	readonly held: boolean;
	readonly asked: boolean;
}

function choicesFor(
	{ own, mine, here, locked, held, asked }: Standing,
	others: readonly ControlRequest[],
): ControlChoice[] {
	const choices: ControlChoice[] = [];
	const offer = (when: boolean, action: ControlAction, text: string) =>
		when && choices.push({ action, text });
	if (mine || own) {
		for (const { viewerId, name } of others) {
			choices.push({ action: "give", viewerId, text: `Give control to ${name}` });
			choices.push({ action: "deny", viewerId, text: `Not now, ${name}` });
		}
	}
	offer(!mine && !asked && !locked, "request", held ? "Ask for control" : "Take control");
	offer(asked, "cancel", "Ask no more");
	offer(mine && !here, "request", "Take control here");
	offer(own && !mine && (held || locked), "take", "Take control now");
	offer(mine, "release", "Let go of control");
	offer(own && !locked, "lock", "Lock control");
	offer(own && locked, "unlock", "Unlock control");
	offer(own && (held || locked), "reset", "Reset control");
	return choices;
}
