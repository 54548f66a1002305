import * as v from "valibot";
import { type Rights, rightsSchema } from "../auth/rights.ts";
import type { Clock } from "../clock.ts";
import { Declined } from "../protocol/errors.ts";
import {
	type FromViewer,
	type fromViewerSchema,
	type ParticipantInfo,
	participantNameSchema,
	type Quality,
	type Reason,
	type Role,
	type ToViewer,
} from "../protocol/messages.ts";
import type { Line } from "./connection.ts";
import type { ControlMember } from "./control.ts";

/** How long a seat is kept for a viewer whose line is lost, ms. */
export const SEAT_KEPT = 30_000;
/** Seats of one device; see `participants` in the protocol. */
export const MAX_SEATS = 1000;
/** Seats of one device that are kept for viewers who are away; the one away for longest is given up. */
const MAX_AWAY = 64;

/** Seats remembered; the one barred first is forgotten. */
const MAX_BARRED = 1_000;

export type ViewerLine = Line<typeof fromViewerSchema, ToViewer>;
export type ViewerRequest = Exclude<FromViewer, { type: "ping" }>;

export const viewerIdSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));

/** A seat as it is remembered. */
export const seatRecordSchema = v.object({
	viewerId: viewerIdSchema,
	number: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
	/** Ms since the epoch. */
	since: v.pipe(v.number(), v.finite()),
	rights: rightsSchema,
	name: v.exactOptional(participantNameSchema),
});

type SeatRecord = v.InferOutput<typeof seatRecordSchema>;

export interface SeatStart {
	readonly viewerId: string;
	readonly number: number;
	readonly rights: Rights;
	readonly since: number;
	readonly waiting: boolean;
	readonly name: string | undefined;
	/** A player's offer; see `Seat.player`. */
	readonly offer?: string | undefined;
	/** See `Seat.gatewayTicket`. */
	readonly gatewayTicket?: string | undefined;
}

/** One person's place on one device. It outlives a lost line for a while; then `line` is undefined. */
export class Seat implements ControlMember {
	readonly viewerId: string;
	/** Small number within the device. */
	readonly number: number;
	readonly since: number;
	rights: Rights;
	line: ViewerLine | undefined;
	/** Not let in yet. */
	waiting: boolean;
	/** What the person wants to be called. */
	givenName: string | undefined;
	quality: Quality = "unknown";
	/** Set for a player without a page, which made an offer; it is there until the host has been told. */
	readonly player: { offer: string | undefined } | undefined;
	/** Set for a client of a gateway: the ticket by which its host knows it. */
	readonly gatewayTicket: string | undefined;

	constructor({ viewerId, number, rights, since, waiting, name, offer, gatewayTicket }: SeatStart) {
		this.viewerId = viewerId;
		this.number = number;
		this.rights = rights;
		this.since = since;
		this.waiting = waiting;
		this.givenName = name;
		this.player = offer === undefined ? undefined : { offer };
		this.gatewayTicket = gatewayTicket;
	}

	get role(): Role {
		return this.rights.role;
	}

	get name(): string {
		return this.givenName ?? (this.role === "own" ? "Owner" : `Guest ${this.number}`);
	}

	/** Its viewer comes again, perhaps with other rights or another name. */
	claimBy(rights: Rights, name: string | undefined): void {
		this.rights = rights;
		this.givenName = name ?? this.givenName;
	}

	/** As it is remembered. */
	record(): SeatRecord {
		const { viewerId, number, since, rights, givenName: name } = this;
		return { viewerId, number, since, rights, ...(name === undefined ? {} : { name }) };
	}

	/** As others see it. */
	describe(): ParticipantInfo {
		const { viewerId, number, name, role, since, waiting } = this;
		return { viewerId, number, name, role, since, waiting, quality: this.line ? this.quality : "away" };
	}
}

/** Throws Declined `not-allowed` for whoever does not own the device. */
export function requireOwner({ role }: Seat): void {
	if (role !== "own") throw new Declined("not-allowed", "Only an owner of the device may do that.");
}

/** The seats of one device, and how long they are kept. */
export class Seats {
	readonly #clock: Clock;
	readonly #lapsed: (seat: Seat) => void;
	readonly #seats = new Map<string, Seat>();
	/** Ends the keeping of a seat; the one away for longest is first. */
	readonly #away = new Map<Seat, () => void>();
	#mayBeAway = MAX_AWAY;

	/** @param lapsed called when nobody came back to a seat; it is gone then. */
	constructor(clock: Clock, lapsed: (seat: Seat) => void) {
		this.#clock = clock;
		this.#lapsed = lapsed;
	}

	get size(): number {
		return this.#seats.size;
	}

	get(viewerId: string): Seat | undefined {
		return this.#seats.get(viewerId);
	}

	/** In the order in which people came. */
	all(): Seat[] {
		return [...this.#seats.values()];
	}

	/** Makes a seat under the smallest number that is free. */
	add(start: Omit<SeatStart, "number" | "since">): Seat {
		const taken = new Set(this.all().map(({ number }) => number));
		let number = 1;
		while (taken.has(number)) number++;
		const seat = new Seat({ ...start, number, since: this.#clock.now() });
		this.#seats.set(seat.viewerId, seat);
		return seat;
	}

	/** A seat as it is remembered; its viewer has yet to come back. However many there are, all may. */
	restore(start: SeatStart): Seat {
		const seat = new Seat(start);
		this.#seats.set(seat.viewerId, seat);
		this.#mayBeAway = MAX_SEATS;
		this.keep(seat);
		return seat;
	}

	/** The seat's viewer has no line any more. */
	keep(seat: Seat): void {
		const lapse = () => {
			this.remove(seat);
			this.#lapsed(seat);
		};
		this.#away.set(seat, this.#clock.after(SEAT_KEPT, lapse));
		const [oldest] = this.#away.keys();
		if (this.#away.size <= this.#mayBeAway || !oldest) return;
		this.remove(oldest);
		this.#lapsed(oldest);
	}

	/** The seat's viewer is back. */
	take(seat: Seat): void {
		this.#away.get(seat)?.();
		this.#away.delete(seat);
	}

	remove(seat: Seat): void {
		this.take(seat);
		this.#seats.delete(seat.viewerId);
	}

	close(): void {
		for (const cancel of this.#away.values()) cancel();
		this.#away.clear();
		this.#seats.clear();
	}
}

/** Seats whose viewers were sent away by somebody: nobody comes back to them. */
export class BarredSeats {
	readonly #reasons = new Map<string, Reason>();

	add(viewerId: string, reason: Reason): void {
		this.#reasons.set(viewerId, reason);
		const [oldest] = this.#reasons.keys();
		if (this.#reasons.size > MAX_BARRED && oldest !== undefined) this.#reasons.delete(oldest);
	}

	/** Why a seat is barred; undefined when it is not. */
	reasonFor(viewerId: string): Reason | undefined {
		return this.#reasons.get(viewerId);
	}
}
