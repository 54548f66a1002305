import type { FloorAction, Person } from "../../signaling/protocol/messages.ts";
import type { ViewerState } from "./state.ts";

/** Something this person can do with control. */
export interface FloorChoice {
	readonly action: FloorAction;
	/** To whom, for `give` and `deny`. */
	readonly viewerId?: string;
	readonly words: string;
}

/** Somebody asks for control, and this person may answer. */
export interface ControlRequest {
	readonly viewerId: string;
	readonly name: string;
	/** When it lapses, ms since the epoch. */
	readonly until: number;
}

/** Who has control, as one person sees it. */
export interface FloorView {
	/** `requested`: this person asked for it; `asked`: has it, and somebody asks. */
	readonly kind: "unknown" | "view-only" | "free" | "you" | "other" | "requested" | "asked" | "locked";
	readonly words: string;
	/** The same where there is little room. */
	readonly short: string;
	/** What the pill itself does; without it, it opens the menu. */
	readonly primary?: FloorAction;
	/** What the menu holds. */
	readonly choices: readonly FloorChoice[];
	/** Requests to answer, oldest first. */
	readonly requests: readonly ControlRequest[];
	/** When the request that the pill tells of lapses, ms since the epoch. */
	readonly until?: number;
	/** Input of this person reaches the device. */
	readonly mayTouch: boolean;
	/** What to say to somebody who touches all the same. */
	readonly refusal: string;
}

const unknown: FloorView = {
	kind: "unknown",
	words: "",
	short: "",
	choices: [],
	requests: [],
	mayTouch: false,
	refusal: "",
};

/** Words and choices for the floor, for the person whose page this is. */
export function floorView(state: Pick<ViewerState, "role" | "viewerId" | "floor" | "people">): FloorView {
	const { role, viewerId, floor, people = [] } = state;
	if (role === undefined) return unknown;
	if (role === "view") {
		const refusal = "This link is for watching only.";
		return { ...unknown, kind: "view-only", words: "View only", short: "View only", refusal };
	}
	// The host decides; until the floor is known nothing speaks against trying.
	if (!floor) return { ...unknown, mayTouch: true };
	const own = role === "own";
	const mine = floor.holder !== undefined && floor.holder === viewerId;
	const locked = floor.state === "locked";
	const holder = floor.holder === undefined ? undefined : nameOf(people, floor.holder);
	const asked = floor.requests.find((request) => request.viewerId === viewerId);
	const others = floor.requests
		.filter((request) => request !== asked)
		.map((request) => ({ ...request, name: nameOf(people, request.viewerId) }));
	const choices = choicesFor(
		{ own, mine, locked, held: holder !== undefined, asked: asked !== undefined },
		others,
	);
	const base = { choices, requests: mine || own ? others : [], mayTouch: mine, refusal: "" };
	const [first] = others;
	if (mine && first) {
		const words = `${first.name} asks for control`;
		return { ...base, kind: "asked", words, short: `${first.name} asks`, until: first.until };
	}
	if (mine) return { ...base, kind: "you", words: "You have control", short: "Control" };
	if (locked) {
		const refusal = own ? "Control is locked. Unlock or take it here." : "An owner has locked control.";
		return { ...base, kind: "locked", words: "Locked by owner", short: "Locked", refusal };
	}
	if (holder === undefined) return { ...base, ...free(floor.touchTakes) };
	if (asked) {
		const refusal = `${holder} has not answered yet.`;
		const words = `Asked ${holder} for control`;
		return { ...base, kind: "requested", words, short: "Asked", until: asked.until, refusal };
	}
	const refusal = `${holder} has control. Ask for it here.`;
	const words = `${holder} has control – ask`;
	return { ...base, kind: "other", words, short: holder, primary: "request", refusal };
}

function free(touchTakes: boolean): Omit<FloorView, "choices" | "requests"> {
	return {
		kind: "free",
		words: touchTakes ? "Free – touch to take" : "Free – take control",
		short: "Free",
		primary: "request",
		mayTouch: touchTakes,
		refusal: touchTakes ? "" : "Take control here first.",
	};
}

interface Standing {
	readonly own: boolean;
	readonly mine: boolean;
	readonly locked: boolean;
	readonly held: boolean;
	readonly asked: boolean;
}

function choicesFor(
	{ own, mine, locked, held, asked }: Standing,
	others: readonly ControlRequest[],
): FloorChoice[] {
	const choices: FloorChoice[] = [];
	const offer = (when: boolean, action: FloorAction, words: string) =>
		when && choices.push({ action, words });
	if (mine || own) {
		for (const { viewerId, name } of others) {
			choices.push({ action: "give", viewerId, words: `Give control to ${name}` });
			choices.push({ action: "deny", viewerId, words: `Not now, ${name}` });
		}
	}
	offer(!mine && !asked && !locked, "request", held ? "Ask for control" : "Take control");
	offer(asked, "cancel", "Ask no more");
	offer(own && !mine && (held || locked), "take", "Take control now");
	offer(mine, "release", "Let go of control");
	offer(own && !locked, "lock", "Lock control");
	offer(own && locked, "unlock", "Unlock control");
	offer(own && (held || locked), "reset", "Reset control");
	return choices;
}

/** What to call somebody by their id. */
export function nameOf(people: readonly Person[], viewerId: string): string {
	return people.find((person) => person.viewerId === viewerId)?.name ?? "Somebody";
}
