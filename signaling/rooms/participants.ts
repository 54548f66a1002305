import * as v from "valibot";
import { ownerRights, personOf, type Rights, rightsSchema } from "../auth/rights.ts";
import type { Clock } from "../clock.ts";
import { Declined } from "../protocol/errors.ts";
import {
	type FromViewer,
	type fromViewerSchema,
	type ParticipantInfo,
	participantNameSchema,
	type Quality,
	type Role,
	type ToViewer,
} from "../protocol/messages.ts";
import { type MonotonicTime, type WallClock, type WallTime, wallTimeSchema } from "../protocol/time.ts";
import type { Connection } from "./connection.ts";
import type { ControlMember } from "./control.ts";

/** How long a participant is kept whose connection is lost, ms. */
export const PARTICIPANT_KEPT = 30_000;
/** Participants of one device; see `participants` in the protocol. */
export const MAX_PARTICIPANTS = 1000;
/** Of these, guests; the rest is room for owners. */
const MAX_GUESTS = 950;
/** Participants who came by one link. */
const MAX_OF_LINK = 64;
/** Participants of one device that are kept while they are away; the one away for longest is given up. */
const MAX_AWAY = 64;

export type ViewerConnection = Connection<typeof fromViewerSchema, ToViewer>;
export type ViewerRequest = Exclude<FromViewer, { type: "ping" }>;

export const viewerIdSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));

/** A participant as it is remembered. */
export const participantRecordSchema = v.object({
	viewerId: viewerIdSchema,
	number: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
	since: wallTimeSchema,
	rights: rightsSchema,
	person: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
	name: v.exactOptional(participantNameSchema),
});

type ParticipantRecord = v.InferOutput<typeof participantRecordSchema>;

export interface ParticipantStart {
	readonly viewerId: string;
	readonly number: number;
	readonly rights: Rights;
	/** See `Participant.person`. */
	readonly person: number;
	readonly since: WallTime;
	readonly waiting: boolean;
	readonly name: string | undefined;
	/** A player's offer; see `Participant.player`. */
	readonly offer?: string | undefined;
	/** See `Participant.gatewayTicket`. */
	readonly gatewayTicket?: string | undefined;
}

/** One person in one device's room. It outlives a lost connection for a while; then `connection` is undefined. */
export class Participant implements ControlMember {
	readonly viewerId: string;
	/** Small number within the device. */
	readonly number: number;
	readonly since: WallTime;
	rights: Rights;
	/** The same for all tabs of one person; 0 for the owner, and guests count from 1. */
	person: number;
	connection: ViewerConnection | undefined;
	/** Not let in yet. */
	waiting: boolean;
	/** What the person wants to be called. */
	givenName: string | undefined;
	quality: Quality = "unknown";
	/** When the host was asked for an offer; absent once it answered. */
	offerAskedAt: MonotonicTime | undefined;
	/** Takes back a restart that waits for the offer asked for before. */
	cancelRestart: (() => void) | undefined;
	/** Set for a player without a page, which made an offer; it is there until the host has been told. */
	readonly player: { offer: string | undefined } | undefined;
	/** Set for a client of a gateway: the ticket by which its host knows it. */
	readonly gatewayTicket: string | undefined;

	constructor(start: ParticipantStart) {
		const { viewerId, number, rights, person, since, waiting, name, offer, gatewayTicket } = start;
		this.viewerId = viewerId;
		this.number = number;
		this.rights = rights;
		this.person = person;
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
		return this.givenName ?? (this.role === "own" ? "Owner" : `Guest ${this.person}`);
	}

	/** As it is remembered. */
	record(): ParticipantRecord {
		const { viewerId, number, since, rights, person, givenName: name } = this;
		return { viewerId, number, since, rights, person, ...(name === undefined ? {} : { name }) };
	}

	/** As others see it. */
	describe(): ParticipantInfo {
		const { viewerId, number, name, role, since, waiting, person } = this;
		const quality = this.connection ? this.quality : "away";
		return { viewerId, number, name, role, since, waiting, person, quality };
	}
}

/** Throws Declined `not-allowed` for whoever does not own the device. */
export function requireOwner({ role }: Participant): void {
	if (role !== "own") throw new Declined("not-allowed", "Only an owner of the device may do that.");
}

/** The participants of one device, and how long they are kept. */
export class Participants {
	readonly #clock: Clock;
	readonly #wall: WallClock;
	readonly #lapsed: (participant: Participant) => void;
	readonly #participants = new Map<string, Participant>();
	/** Cancels the timer of a participant who is away; the one away for longest is first. */
	readonly #awayTimers = new Map<Participant, () => void>();
	#mayBeAway = MAX_AWAY;

	/** @param lapsed called when a participant did not come back in time; it is gone then. */
	constructor(clock: Clock, wall: WallClock, lapsed: (participant: Participant) => void) {
		this.#clock = clock;
		this.#wall = wall;
		this.#lapsed = lapsed;
	}

	get size(): number {
		return this.#participants.size;
	}

	get(viewerId: string): Participant | undefined {
		return this.#participants.get(viewerId);
	}

	/** In the order in which people came. */
	all(): Participant[] {
		return [...this.#participants.values()];
	}

	/** Throws Declined `device-full` or `link-full` where somebody of these rights would be one too many. */
	requireRoom({ grantId }: Rights): void {
		if (this.size >= MAX_PARTICIPANTS) throw full();
		if (grantId === ownerRights.grantId) return;
		const guests = this.all().filter(({ rights }) => rights.grantId !== ownerRights.grantId);
		if (guests.length >= MAX_GUESTS) throw full();
		if (guests.filter(({ rights }) => rights.grantId === grantId).length < MAX_OF_LINK) return;
		throw new Declined(
			"link-full",
			`${MAX_OF_LINK} people are here by this link already. Ask for another one.`,
		);
	}

	/** Adds a participant under the smallest number that is free. */
	add(start: Omit<ParticipantStart, "number" | "since" | "person">): Participant {
		const taken = new Set(this.all().map(({ number }) => number));
		let number = 1;
		while (taken.has(number)) number++;
		const person = this.#personFor(start.rights);
		const participant = new Participant({ ...start, number, person, since: this.#wall() });
		this.#participants.set(participant.viewerId, participant);
		return participant;
	}

	/** A participant's viewer comes again, perhaps with other rights or another name. */
	claim(participant: Participant, rights: Rights, name: string | undefined): void {
		const isSame = personOf(rights) === personOf(participant.rights);
		participant.rights = rights;
		participant.givenName = name ?? participant.givenName;
		if (!isSame) participant.person = this.#personFor(rights, participant);
	}

	/** All tabs of a person. */
	ofPerson(person: number): Participant[] {
		return this.all().filter((participant) => participant.person === person);
	}

	/** Adds a participant as it is remembered; it is away until it comes back. However many there are, all are kept. */
	restore(start: ParticipantStart): Participant {
		const participant = new Participant(start);
		this.#participants.set(participant.viewerId, participant);
		this.#mayBeAway = MAX_PARTICIPANTS;
		this.away(participant);
		return participant;
	}

	/** The participant is away: it has lost its connection. */
	away(participant: Participant): void {
		const lapse = () => {
			this.remove(participant);
			this.#lapsed(participant);
		};
		this.#awayTimers.set(participant, this.#clock.after(PARTICIPANT_KEPT, lapse));
		const [oldest] = this.#awayTimers.keys();
		if (this.#awayTimers.size <= this.#mayBeAway || !oldest) return;
		this.remove(oldest);
		this.#lapsed(oldest);
	}

	/** The participant is back. */
	back(participant: Participant): void {
		this.#awayTimers.get(participant)?.();
		this.#awayTimers.delete(participant);
	}

	#personFor(rights: Rights, except?: Participant): number {
		if (rights.grantId === ownerRights.grantId) return 0;
		const others = this.all().filter((participant) => participant !== except);
		const identity = personOf(rights);
		const tab = others.find((other) => identity !== undefined && personOf(other.rights) === identity);
		if (tab) return tab.person;
		const taken = new Set(others.map(({ person }) => person));
		let person = 1;
		while (taken.has(person)) person++;
		return person;
	}

	remove(participant: Participant): void {
		this.back(participant);
		this.#participants.delete(participant.viewerId);
	}

	close(): void {
		for (const cancel of this.#awayTimers.values()) cancel();
		this.#awayTimers.clear();
		this.#participants.clear();
	}
}

function full(): Declined {
	return new Declined("device-full", "Too many people are on this device.");
}
