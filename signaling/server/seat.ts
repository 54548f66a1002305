import type { Rights } from "../grants/rights.ts";
import type { FromViewer, fromViewerSchema, Person, Quality, Role, ToViewer } from "../protocol/messages.ts";
import type { ControlMember } from "./control.ts";
import { Declined } from "./declined.ts";
import type { Line } from "./line.ts";
import type { RoomRecord } from "./room-record.ts";

export type ViewerLine = Line<typeof fromViewerSchema, ToViewer>;
export type ViewerRequest = Exclude<FromViewer, { type: "ping" }>;

export interface SeatStart {
	readonly viewerId: string;
	readonly number: number;
	readonly rights: Rights;
	readonly since: number;
	readonly waiting: boolean;
	readonly name: string | undefined;
	/** A player's offer; see `Seat.player`. */
	readonly offer?: string | undefined;
	/** See `Seat.door`. */
	readonly door?: string | undefined;
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
	/** Set for a client of a door: the ticket by which its host knows it. */
	readonly door: string | undefined;

	constructor({ viewerId, number, rights, since, waiting, name, offer, door }: SeatStart) {
		this.viewerId = viewerId;
		this.number = number;
		this.rights = rights;
		this.since = since;
		this.waiting = waiting;
		this.givenName = name;
		this.player = offer === undefined ? undefined : { offer };
		this.door = door;
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
	record(): RoomRecord["seats"][number] {
		const { viewerId, number, since, rights, givenName: name } = this;
		return { viewerId, number, since, rights, ...(name === undefined ? {} : { name }) };
	}

	/** As others see it. */
	describe(): Person {
		const { viewerId, number, name, role, since, waiting } = this;
		return { viewerId, number, name, role, since, waiting, quality: this.line ? this.quality : "away" };
	}
}

/** Throws Declined `not-allowed` for whoever does not own the device. */
export function requireOwner({ role }: Seat): void {
	if (role !== "own") throw new Declined("not-allowed", "Only an owner of the device may do that.");
}
