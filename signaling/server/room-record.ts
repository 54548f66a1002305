import * as v from "valibot";
import { type Rights, rightsSchema } from "../grants/rights.ts";
import { controlStateSchema, personNameSchema, reasonSchema, type ToHost } from "../protocol/messages.ts";
import type { ControlMachine } from "./control.ts";
import { MAX_SEATS, type Seats } from "./seats.ts";

/** Seats of one device that are remembered as barred; the one barred first is forgotten. */
export const MAX_BARRED_KEPT = 100;

const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
/** Ms since the epoch. */
const time = v.pipe(v.number(), v.finite());

const controlStatusSchema = v.object({
	locked: v.boolean(),
	holder: v.exactOptional(id),
	touchedAt: time,
	requests: controlStateSchema.entries.requests,
	claim: v.exactOptional(v.object({ viewerId: id, until: time })),
}) satisfies v.GenericSchema<unknown, ControlMachine>;

/** What is remembered of a device's room, so that another process, or the next start, goes on where this one ended. */
export const roomRecordSchema = v.object({
	control: controlStatusSchema,
	/** Of everybody who was let in. */
	seats: v.pipe(
		v.array(
			v.object({
				viewerId: id,
				number: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
				since: time,
				rights: rightsSchema,
				name: v.exactOptional(personNameSchema),
			}),
		),
		v.maxLength(MAX_SEATS),
	),
	/** Who was sent away and may not come back, and why. */
	barred: v.pipe(v.array(v.object({ viewerId: id, reason: reasonSchema })), v.maxLength(MAX_BARRED_KEPT)),
});

export type RoomRecord = Readonly<v.InferOutput<typeof roomRecordSchema>>;

/** What taking back a room needs to know. */
export interface RestoreDeps {
	/** Says something to the device's host, if it is there. */
	readonly tellHost: (message: ToHost) => void;
	/** Whether rights that somebody had have not ended since. */
	readonly stillGood: (rights: Rights) => boolean;
}

/**
 * Takes back who was there, for as long as a lost line is waited for; those whose right has ended lose their pictures.
 * Gives control as it was among the others.
 */
export function restoreSeats(
	record: RoomRecord,
	seats: Seats,
	{ tellHost, stillGood }: RestoreDeps,
): ControlMachine {
	for (const seat of record.seats) {
		if (stillGood(seat.rights)) seats.restore({ ...seat, waiting: false, name: seat.name });
		else tellHost({ type: "viewer-left", viewerId: seat.viewerId });
	}
	const { locked, holder, touchedAt, requests, claim } = record.control;
	return {
		locked,
		touchedAt,
		requests: requests.filter(({ viewerId }) => seats.get(viewerId)),
		...(holder !== undefined && seats.get(holder) ? { holder } : {}),
		...(claim && seats.get(claim.viewerId) ? { claim } : {}),
	};
}
