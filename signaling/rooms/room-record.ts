import { join } from "node:path";
import * as v from "valibot";
import { type Rights, rightsSchema } from "../auth/rights.ts";
import type { Clock } from "../clock.ts";
import { readPrivate, writePrivate } from "../private-file.ts";
import { controlStateSchema, reasonSchema, type ToHost } from "../protocol/messages.ts";
import { type MonotonicTime, wallTimeSchema } from "../protocol/time.ts";
import { MemoryTable, type Table, type WriteListener } from "../table.ts";
import { type ControlMachine, requestsLeft } from "./control.ts";
import {
	MAX_PARTICIPANTS,
	type Participants,
	participantRecordSchema,
	viewerIdSchema,
} from "./participants.ts";

/** Participants of one device that are remembered as barred; the one barred first is forgotten. */
export const MAX_BARRED_KEPT = 100;

/** Rooms in the file, at most. */
const MAX_ROOMS = 1_000;

/** How long a record that could not be kept waits for the next try, ms. */
const AGAIN_AFTER = 1_000;

/** Ms. */
const duration = v.pipe(v.number(), v.finite(), v.minValue(0));

/** Control as it is remembered: no other process knows the clock of this one, so all times are lengths. */
const controlRecordSchema = v.object({
	locked: v.boolean(),
	holder: v.exactOptional(viewerIdSchema),
	/** Since the holder last touched. */
	untouchedFor: duration,
	requests: controlStateSchema.entries.requests,
	claim: v.exactOptional(v.object({ viewerId: viewerIdSchema, left: duration })),
});

type ControlRecord = v.InferOutput<typeof controlRecordSchema>;

/** What is remembered of a device's room, so that another process, or the next start, goes on where this one ended. */
export const roomRecordSchema = v.object({
	control: controlRecordSchema,
	/** Of everybody who was let in. */
	participants: v.pipe(v.array(participantRecordSchema), v.maxLength(MAX_PARTICIPANTS)),
	/** Who was sent away and may not come back, and why. */
	barred: v.pipe(
		v.array(
			v.object({
				viewerId: viewerIdSchema,
				rights: rightsSchema,
				reason: reasonSchema,
				/** For good when absent. */
				until: v.exactOptional(wallTimeSchema),
			}),
		),
		v.maxLength(MAX_BARRED_KEPT),
	),
});

export type RoomRecord = Readonly<v.InferOutput<typeof roomRecordSchema>>;

const fileSchema = v.object({
	version: v.literal(1),
	rooms: v.pipe(v.array(v.tuple([v.string(), roomRecordSchema])), v.maxLength(MAX_ROOMS)),
});

/** What taking back a room needs to know. */
export interface RestoreDeps {
	/** Says something to the device's host, if it is there. */
	readonly tellHost: (message: ToHost) => void;
	readonly clock: Clock;
	/** Whether rights that somebody had have not ended since. */
	readonly stillGood: (rights: Rights) => boolean;
}

/**
 * Takes back who was there, for as long as a lost connection is waited for; those whose right has ended lose their frames.
 * Gives control as it was among the others.
 */
export function restoreParticipants(
	record: RoomRecord,
	participants: Participants,
	{ tellHost, stillGood, clock }: RestoreDeps,
): ControlMachine {
	for (const participant of record.participants) {
		if (stillGood(participant.rights))
			participants.restore({ ...participant, waiting: false, name: participant.name });
		else tellHost({ type: "viewer-left", viewerId: participant.viewerId });
	}
	const { locked, holder, untouchedFor, requests, claim } = record.control;
	const now = clock.now();
	return {
		locked,
		touchedAt: now - untouchedFor,
		requests: requests
			.filter(({ viewerId }) => participants.get(viewerId))
			.map(({ viewerId, left }) => ({ viewerId, until: now + left })),
		...(holder !== undefined && participants.get(holder) ? { holder } : {}),
		...(claim && participants.get(claim.viewerId)
			? { claim: { viewerId: claim.viewerId, until: now + claim.left } }
			: {}),
	};
}

/** Control as it is remembered at `now`. */
export function controlRecord(state: ControlMachine, now: MonotonicTime): ControlRecord {
	const { locked, holder, touchedAt, claim } = state;
	return {
		locked,
		untouchedFor: Math.max(0, now - touchedAt),
		requests: requestsLeft(state, now),
		...(holder === undefined ? {} : { holder }),
		...(claim && { claim: { viewerId: claim.viewerId, left: Math.max(0, claim.until - now) } }),
	};
}

/**
 * What is remembered of rooms, in `rooms.json` of a state folder. A file that cannot be read is begun anew: what is in
 * there is of use for seconds.
 */
export async function openRoomsFile(stateFolder: string, told?: WriteListener): Promise<Table<RoomRecord>> {
	const path = join(stateFolder, "rooms.json");
	return new MemoryTable(await read(path), {
		save: (rows) => writePrivate(path, JSON.stringify({ version: 1, rooms: [...rows].slice(-MAX_ROOMS) })),
		...(told && { told }),
	});
}

async function read(path: string): Promise<[string, RoomRecord][]> {
	try {
		const text = await readPrivate(path);
		return text === undefined ? [] : v.parse(fileSchema, JSON.parse(text)).rooms;
	} catch {
		return [];
	}
}

interface RoomMemoryDeps {
	readonly deviceId: string;
	readonly table: Table<RoomRecord>;
	readonly clock: Clock;
	/** The room as it is now; undefined when nothing is worth remembering. */
	readonly record: () => RoomRecord | undefined;
}

/** Keeps what is to be remembered of one room. One write at a time: what changes meanwhile is in the next. */
export class RoomMemory {
	readonly #deps: RoomMemoryDeps;
	#dirty = false;
	#writing = false;
	#closed = false;
	#cancelAgain = () => {};

	constructor(deps: RoomMemoryDeps) {
		this.#deps = deps;
	}

	/** What is to be remembered is not yet kept. */
	get busy(): boolean {
		return this.#writing && !this.#closed;
	}

	/** The room has changed. */
	changed(): void {
		this.#dirty = true;
		if (this.#writing || this.#closed) return;
		this.#writing = true;
		// What changes in one turn is written once.
		queueMicrotask(() => this.#write());
	}

	/** The device is gone for good. */
	forget(): void {
		const { table, deviceId } = this.#deps;
		this.close();
		table.change(deviceId, () => undefined).catch(() => {});
	}

	/** From now on somebody else remembers. */
	close(): void {
		this.#closed = true;
		this.#cancelAgain();
	}

	async #write(): Promise<void> {
		const { table, deviceId, record, clock } = this.#deps;
		while (this.#dirty && !this.#closed) {
			this.#dirty = false;
			const now = record();
			try {
				await table.change(deviceId, () => now);
			} catch {
				this.#dirty = true;
				if (!this.#closed) this.#cancelAgain = clock.after(AGAIN_AFTER, () => this.#write());
				return;
			}
		}
		this.#writing = false;
	}
}
