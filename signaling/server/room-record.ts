import * as v from "valibot";
import { rightsSchema } from "../grants/rights.ts";
import { floorSchema, personNameSchema, reasonSchema } from "../protocol/messages.ts";
import type { FloorState } from "./floor.ts";
import { MAX_SEATS } from "./seats.ts";

/** Seats of one device that are remembered as barred; the one barred first is forgotten. */
export const MAX_BARRED_KEPT = 100;

const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
/** Ms since the epoch. */
const time = v.pipe(v.number(), v.finite());

const floorStateSchema = v.object({
	locked: v.boolean(),
	holder: v.exactOptional(id),
	touchedAt: time,
	requests: floorSchema.entries.requests,
	claim: v.exactOptional(v.object({ viewerId: id, until: time })),
}) satisfies v.GenericSchema<unknown, FloorState>;

/** What is remembered of a device's room, so that another process, or the next start, goes on where this one ended. */
export const roomRecordSchema = v.object({
	floor: floorStateSchema,
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

/** A record's floor without those who have no seat any more. */
export function floorAmong(
	{ locked, holder, touchedAt, requests, claim }: FloorState,
	seats: ReadonlySet<string>,
): FloorState {
	return {
		locked,
		touchedAt,
		requests: requests.filter(({ viewerId }) => seats.has(viewerId)),
		...(holder !== undefined && seats.has(holder) ? { holder } : {}),
		...(claim && seats.has(claim.viewerId) ? { claim } : {}),
	};
}
