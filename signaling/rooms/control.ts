import type { ErrorCode } from "../protocol/error-codes.ts";
import { Declined } from "../protocol/errors.ts";
import type { ControlAction, ControlState, Role } from "../protocol/messages.ts";
import type { MonotonicTime } from "../protocol/time.ts";

/** How long a request for control stands, ms. */
export const REQUEST_STANDS = 20_000;
/** A holder that did not touch for this long loses control to whoever waits, ms. */
export const IDLE_AFTER = 30_000;
/** How long a holder that dropped may have control back, if nobody took it meanwhile, ms. */
export const CLAIM_STANDS = 30_000;
/** Requests at a time; see `controlStateSchema`. */
const MAX_REQUESTS = 64;

/** Somebody on the device, as control sees them. */
export interface ControlMember {
	readonly viewerId: string;
	readonly role: Role;
}

/** Somebody who does something. */
export interface ControlActor extends ControlMember {
	/** The holder is another tab of the same person. */
	readonly holdsElsewhere?: boolean;
}

/**
 * Who holds control of a device. A control that nobody holds, or that is locked, has no
 * requests; control that somebody holds has no claim.
 */
export interface ControlMachine {
	readonly locked: boolean;
	readonly holder?: string;
	/** When the holder last touched, as far as is known, or got control. */
	readonly touchedAt: MonotonicTime;
	/** Oldest first, one a viewer. */
	readonly requests: readonly { readonly viewerId: string; readonly until: MonotonicTime }[];
	/** Held by one who dropped. */
	readonly claim?: { readonly viewerId: string; readonly until: MonotonicTime };
}

/** What happens to control. */
export type ControlEvent =
	| { readonly type: "request" | "cancel" | "release"; readonly by: ControlActor }
	| { readonly type: "take" | "unlock" | "reset"; readonly by: ControlActor }
	| { readonly type: "give" | "deny"; readonly by: ControlActor; readonly to: ControlMember }
	/** `ownerHolds`: whoever has control is an owner, and keeps it. */
	| { readonly type: "lock"; readonly by: ControlActor; readonly ownerHolds: boolean }
	/** The host let a touch through: the holder's, of another tab of the holder, or the first one on free control. */
	| { readonly type: "touched"; readonly by: ControlActor; readonly touchTakes: boolean }
	/** `claims`: the participant is kept, and control with it if nobody takes it. */
	| { readonly type: "left"; readonly viewerId: string; readonly claims: boolean }
	| { readonly type: "returned"; readonly by: ControlMember }
	| { readonly type: "time" };

/** Control of a device on which nothing has happened. */
export const freeControl: ControlMachine = { locked: false, touchedAt: 0, requests: [] };

/**
 * Control after an event at `now`; the same object when nothing changed. Throws Declined: `not-allowed` for what a role
 * may not do, `not-holder`, `no-request`, `control-locked`, `too-many-requests`; control stays as it was.
 */
export function nextControl(state: ControlMachine, event: ControlEvent, now: MonotonicTime): ControlMachine {
	const happened = settle(after(lapse(state, now), event, now), now);
	// Whoever asks an idle holder need not wait.
	return lapse(happened, now);
}

/** When time alone will change control next. */
export function controlDue(state: ControlMachine): MonotonicTime | undefined {
	const times = state.requests.map(({ until }) => until);
	if (state.claim) times.push(state.claim.until);
	if (state.holder !== undefined && state.requests.length > 0) times.push(state.touchedAt + IDLE_AFTER);
	return times.length > 0 ? Math.min(...times) : undefined;
}

/** The requests as others hear of them at `now`. */
export function requestsLeft({ requests }: ControlMachine, now: MonotonicTime): ControlState["requests"] {
	return requests.map(({ viewerId, until }) => ({ viewerId, left: Math.max(0, until - now) }));
}

function after(state: ControlMachine, event: ControlEvent, now: MonotonicTime): ControlMachine {
	switch (event.type) {
		case "time":
			return state;
		case "touched":
			return touched(state, event.by, event.touchTakes, now);
		case "left":
			return left(state, event.viewerId, event.claims, now);
		case "returned":
			return returned(state, event.by, now);
		default:
			return acted(state, event, now);
	}
}

type Acted = Extract<ControlEvent, { type: ControlAction }>;

function acted(state: ControlMachine, event: Acted, now: MonotonicTime): ControlMachine {
	const { viewerId, role, holdsElsewhere = false } = event.by;
	if (role === "view") throw declined("not-allowed", "Your link is for watching only.");
	switch (event.type) {
		case "request":
			return requested(state, event.by, now);
		case "cancel":
			return withoutRequest(state, viewerId);
		case "release":
			if (state.holder !== viewerId && !holdsElsewhere)
				throw declined("not-holder", "You do not have control.");
			return vacated(state);
		case "give":
		case "deny":
			return answered(state, event, now);
		default:
			if (role !== "own") throw declined("not-allowed", "Only an owner of the device may do that.");
			return ruled(state, event, now);
	}
}

function requested(
	state: ControlMachine,
	{ viewerId, role, holdsElsewhere }: ControlActor,
	now: MonotonicTime,
): ControlMachine {
	if (state.holder === viewerId) return state;
	if (holdsElsewhere) return heldBy(state, viewerId, now);
	if (state.locked && (role !== "own" || state.holder !== undefined)) throw locked();
	if (state.holder === undefined) return heldBy(state, viewerId, now);
	if (state.requests.some((request) => request.viewerId === viewerId)) return state;
	if (state.requests.length >= MAX_REQUESTS)
		throw declined("too-many-requests", "Too many people ask for control. Try again in a while.");
	return { ...state, requests: [...state.requests, { viewerId, until: now + REQUEST_STANDS }] };
}

function answered(
	state: ControlMachine,
	{ type, by, to }: Extract<Acted, { type: "give" | "deny" }>,
	now: MonotonicTime,
): ControlMachine {
	if (by.role !== "own" && state.holder !== by.viewerId && !by.holdsElsewhere)
		throw declined("not-holder", "Only who has control, or an owner, may give it.");
	if (type === "deny") return withoutRequest(state, to.viewerId);
	if (state.locked && by.role !== "own") throw locked();
	if (to.role === "view") throw declined("not-allowed", "Their link is for watching only.");
	return to.viewerId === state.holder ? state : heldBy(state, to.viewerId, now);
}

function ruled(
	state: ControlMachine,
	event: Extract<Acted, { type: "lock" } | { type: "take" | "unlock" | "reset" }>,
	now: MonotonicTime,
): ControlMachine {
	const { viewerId } = event.by;
	switch (event.type) {
		case "take":
			return state.holder === viewerId ? state : heldBy(state, viewerId, now);
		case "lock": {
			if (state.locked) return state;
			const locked = { ...withoutClaim(state), locked: true, requests: [] };
			return event.ownerHolds ? locked : heldBy(locked, viewerId, now);
		}
		case "unlock":
			return state.locked ? { ...state, locked: false } : state;
		case "reset":
			return freeControl;
	}
}

function touched(
	state: ControlMachine,
	by: ControlActor,
	touchTakes: boolean,
	now: MonotonicTime,
): ControlMachine {
	if (state.holder === by.viewerId) return { ...state, touchedAt: now };
	if (by.holdsElsewhere) return heldBy(state, by.viewerId, now);
	const free = state.holder === undefined && !state.locked;
	return free && touchTakes && by.role !== "view" ? heldBy(state, by.viewerId, now) : state;
}

function left(state: ControlMachine, viewerId: string, claims: boolean, now: MonotonicTime): ControlMachine {
	const unasked = dropRequest(state, viewerId);
	if (unasked.holder === viewerId) {
		const vacant = vacated(unasked);
		return claims ? { ...vacant, claim: { viewerId, until: now + CLAIM_STANDS } } : vacant;
	}
	return !claims && unasked.claim?.viewerId === viewerId ? withoutClaim(unasked) : unasked;
}

/** Somebody is here (again), perhaps with another role. What is locked and held by nobody is an owner's at once. */
function returned(
	state: ControlMachine,
	{ viewerId, role }: ControlMember,
	now: MonotonicTime,
): ControlMachine {
	if (role === "view") return left(state, viewerId, false, now);
	const isOwners = state.locked && state.holder === undefined && role === "own";
	return isOwners || state.claim?.viewerId === viewerId ? heldBy(state, viewerId, now) : state;
}

/** What time has undone: requests, a claim, and an idle holder for whom somebody waits. */
function lapse(state: ControlMachine, now: MonotonicTime): ControlMachine {
	const claim = state.claim && state.claim.until <= now ? withoutClaim(state) : state;
	const requests = claim.requests.filter(({ until }) => until > now);
	const standing = requests.length < claim.requests.length ? { ...claim, requests } : claim;
	const idle = standing.holder !== undefined && now - standing.touchedAt >= IDLE_AFTER;
	return idle && requests.length > 0 ? settle(vacated(standing), now) : standing;
}

/** A control that has come free goes to whoever asked first. */
function settle(state: ControlMachine, now: MonotonicTime): ControlMachine {
	const [first] = state.requests;
	return state.holder === undefined && first ? heldBy(state, first.viewerId, now) : state;
}

function heldBy({ locked, requests }: ControlMachine, holder: string, now: MonotonicTime): ControlMachine {
	const others = requests.filter(({ viewerId }) => viewerId !== holder);
	return { locked, holder, touchedAt: now, requests: others };
}

function vacated({ locked, touchedAt, requests }: ControlMachine): ControlMachine {
	return { locked, touchedAt, requests };
}

function withoutClaim({ claim: _lapsed, ...state }: ControlMachine): ControlMachine {
	return state;
}

function dropRequest(state: ControlMachine, viewerId: string): ControlMachine {
	const requests = state.requests.filter((request) => request.viewerId !== viewerId);
	return requests.length < state.requests.length ? { ...state, requests } : state;
}

function withoutRequest(state: ControlMachine, viewerId: string): ControlMachine {
	const without = dropRequest(state, viewerId);
	if (without === state) throw declined("no-request", "That request for control stands no more.");
	return without;
}

function locked(): Declined {
	return declined("control-locked", "An owner has locked control.");
}

function declined(code: ErrorCode, message: string): Declined {
	return new Declined(code, message);
}
