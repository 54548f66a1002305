import { Declined } from "../protocol/errors.ts";
import type { Floor, FloorAction, Role } from "../protocol/messages.ts";

/** How long a request for control stands, ms. */
export const REQUEST_STANDS = 20_000;
/** A holder that did not touch for this long loses the floor to whoever waits, ms. */
export const IDLE_AFTER = 30_000;
/** How long a holder that dropped may have the floor back, if nobody took it meanwhile, ms. */
export const CLAIM_STANDS = 30_000;
/** Requests at a time; see `floorSchema`. */
const MAX_REQUESTS = 64;

/** Somebody on the device, as the floor sees them. */
export interface FloorMember {
	readonly viewerId: string;
	readonly role: Role;
}

/**
 * Who holds control of a device. Times are ms since the Unix epoch. A floor that nobody holds, or that is locked, has no
 * requests; a floor that somebody holds has no claim.
 */
export interface FloorState {
	readonly locked: boolean;
	readonly holder?: string;
	/** When the holder last touched, as far as is known, or got the floor. */
	readonly touchedAt: number;
	/** Oldest first, one a viewer. */
	readonly requests: Floor["requests"];
	/** Held by one who dropped. */
	readonly claim?: { readonly viewerId: string; readonly until: number };
}

/** What happens to a floor. */
export type FloorEvent =
	| { readonly type: Exclude<FloorAction, "give" | "deny">; readonly by: FloorMember }
	| { readonly type: "give" | "deny"; readonly by: FloorMember; readonly to: FloorMember }
	/** The host let a touch through: the holder's, or the first one on a free floor. */
	| { readonly type: "touched"; readonly by: FloorMember; readonly touchTakes: boolean }
	/** `claims`: the seat is kept, and control with it if nobody takes it. */
	| { readonly type: "left"; readonly viewerId: string; readonly claims: boolean }
	| { readonly type: "returned"; readonly by: FloorMember }
	| { readonly type: "time" };

/** The floor of a device on which nothing has happened. */
export const freeFloor: FloorState = { locked: false, touchedAt: 0, requests: [] };

/**
 * The floor after an event at `now`; the same object when nothing changed. Throws Declined: `not-allowed` for what a role
 * may not do, `not-holder`, `no-request`, `floor-locked`, `too-many-requests`; the floor stays as it was.
 */
export function nextFloor(state: FloorState, event: FloorEvent, now: number): FloorState {
	const happened = settle(after(lapse(state, now), event, now), now);
	// Whoever asks an idle holder need not wait.
	return lapse(happened, now);
}

/** When time alone will change the floor next, ms since the epoch. */
export function floorDue(state: FloorState): number | undefined {
	const times = state.requests.map(({ until }) => until);
	if (state.claim) times.push(state.claim.until);
	if (state.holder !== undefined && state.requests.length > 0) times.push(state.touchedAt + IDLE_AFTER);
	return times.length > 0 ? Math.min(...times) : undefined;
}

function after(state: FloorState, event: FloorEvent, now: number): FloorState {
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

type Acted = Extract<FloorEvent, { type: FloorAction }>;

function acted(state: FloorState, event: Acted, now: number): FloorState {
	const { viewerId, role } = event.by;
	if (role === "view") throw declined("not-allowed", "Your link is for watching only.");
	switch (event.type) {
		case "request":
			return requested(state, event.by, now);
		case "cancel":
			return withoutRequest(state, viewerId);
		case "release":
			if (state.holder !== viewerId) throw declined("not-holder", "You do not have control.");
			return vacated(state);
		case "give":
		case "deny":
			return answered(state, event, now);
		default:
			if (role !== "own") throw declined("not-allowed", "Only an owner of the device may do that.");
			return ruled(state, event.type, viewerId, now);
	}
}

function requested(state: FloorState, { viewerId, role }: FloorMember, now: number): FloorState {
	if (state.holder === viewerId) return state;
	if (state.locked && (role !== "own" || state.holder !== undefined)) throw locked();
	if (state.holder === undefined) return heldBy(state, viewerId, now);
	if (state.requests.some((request) => request.viewerId === viewerId)) return state;
	if (state.requests.length >= MAX_REQUESTS)
		throw declined("too-many-requests", "Too many people ask for control. Try again in a while.");
	return { ...state, requests: [...state.requests, { viewerId, until: now + REQUEST_STANDS }] };
}

function answered(
	state: FloorState,
	{ type, by, to }: Extract<Acted, { type: "give" | "deny" }>,
	now: number,
): FloorState {
	if (by.role !== "own" && state.holder !== by.viewerId)
		throw declined("not-holder", "Only who has control, or an owner, may give it.");
	if (type === "deny") return withoutRequest(state, to.viewerId);
	if (state.locked && by.role !== "own") throw locked();
	if (to.role === "view") throw declined("not-allowed", "Their link is for watching only.");
	return to.viewerId === state.holder ? state : heldBy(state, to.viewerId, now);
}

function ruled(
	state: FloorState,
	action: "take" | "lock" | "unlock" | "reset",
	viewerId: string,
	now: number,
): FloorState {
	switch (action) {
		case "take":
			return state.holder === viewerId ? state : heldBy(state, viewerId, now);
		case "lock":
			return state.locked ? state : { ...state, locked: true, requests: [] };
		case "unlock":
			return state.locked ? { ...state, locked: false } : state;
		case "reset":
			return freeFloor;
	}
}

function touched(state: FloorState, by: FloorMember, touchTakes: boolean, now: number): FloorState {
	if (state.holder === by.viewerId) return { ...state, touchedAt: now };
	const free = state.holder === undefined && !state.locked;
	return free && touchTakes && by.role !== "view" ? heldBy(state, by.viewerId, now) : state;
}

function left(state: FloorState, viewerId: string, claims: boolean, now: number): FloorState {
	const unasked = dropRequest(state, viewerId);
	if (unasked.holder === viewerId) {
		const vacant = vacated(unasked);
		return claims ? { ...vacant, claim: { viewerId, until: now + CLAIM_STANDS } } : vacant;
	}
	return !claims && unasked.claim?.viewerId === viewerId ? withoutClaim(unasked) : unasked;
}

/** Somebody is back, perhaps with another role. */
function returned(state: FloorState, { viewerId, role }: FloorMember, now: number): FloorState {
	if (role === "view") return left(state, viewerId, false, now);
	return state.claim?.viewerId === viewerId ? heldBy(state, viewerId, now) : state;
}

/** What time has undone: requests, a claim, and an idle holder for whom somebody waits. */
function lapse(state: FloorState, now: number): FloorState {
	const claim = state.claim && state.claim.until <= now ? withoutClaim(state) : state;
	const requests = claim.requests.filter(({ until }) => until > now);
	const standing = requests.length < claim.requests.length ? { ...claim, requests } : claim;
	const idle = standing.holder !== undefined && now - standing.touchedAt >= IDLE_AFTER;
	return idle && requests.length > 0 ? settle(vacated(standing), now) : standing;
}

/** A floor that has come free goes to whoever asked first. */
function settle(state: FloorState, now: number): FloorState {
	const [first] = state.requests;
	return state.holder === undefined && first ? heldBy(state, first.viewerId, now) : state;
}

function heldBy({ locked, requests }: FloorState, holder: string, now: number): FloorState {
	const others = requests.filter(({ viewerId }) => viewerId !== holder);
	return { locked, holder, touchedAt: now, requests: others };
}

function vacated({ locked, touchedAt, requests }: FloorState): FloorState {
	return { locked, touchedAt, requests };
}

function withoutClaim({ claim: _lapsed, ...state }: FloorState): FloorState {
	return state;
}

function dropRequest(state: FloorState, viewerId: string): FloorState {
	const requests = state.requests.filter((request) => request.viewerId !== viewerId);
	return requests.length < state.requests.length ? { ...state, requests } : state;
}

function withoutRequest(state: FloorState, viewerId: string): FloorState {
	const without = dropRequest(state, viewerId);
	if (without === state) throw declined("no-request", "That request for control stands no more.");
	return without;
}

function locked(): Declined {
	return declined("floor-locked", "An owner has locked control.");
}

function declined(code: string, message: string): Declined {
	return new Declined(code, message);
}
