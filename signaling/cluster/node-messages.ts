import * as v from "valibot";
import { rightsSchema } from "../auth/rights.ts";
import { deviceSchema } from "../protocol/device.ts";
import {
	helloSchema,
	MAX_BEZEL_IMAGE_LENGTH,
	MAX_MESSAGE_BYTES,
	reasonSchema,
} from "../protocol/messages.ts";
import { deviceRequestSchema } from "../rooms/device-requests.ts";

const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
const deviceId = v.pipe(v.string(), v.maxLength(64));
/** Place in the order of what one end of a connection says, from 0. */
const place = v.pipe(v.number(), v.integer(), v.minValue(0));
const [viewerHelloSchema] = helloSchema.options;

/** What one node says to another on the channel of that one. */
export const nodeMessageSchema = v.variant("type", [
	/** A viewer of one of your devices is here; `from` is the node that says so, and has checked its rights. */
	v.object({
		type: v.literal("open"),
		connection: id,
		from: id,
		/** Without its token. */
		hello: viewerHelloSchema,
		rights: rightsSchema,
		address: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
	}),
	/** One end of a connection said something. */
	v.object({
		type: v.literal("said"),
		connection: id,
		place,
		text: v.pipe(v.string(), v.maxLength(MAX_MESSAGE_BYTES)),
	}),
	/** One end of a connection hung up. */
	v.object({
		type: v.literal("shut"),
		connection: id,
		/** What a WebSocket may be closed with: for good, or to be tried again later. */
		code: v.picklist([1000, 1013]),
		reason: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{0,123}$/)),
	}),
	/** Something is wanted of one of your devices; answered by `given`. */
	v.object({ type: v.literal("wanted"), id, from: id, deviceId, request: deviceRequestSchema }),
	v.object({
		type: v.literal("given"),
		id,
		/** A frame, or nothing where something was to be done. */
		data: v.exactOptional(v.pipe(v.string(), v.maxLength(MAX_BEZEL_IMAGE_LENGTH), v.base64())),
		error: v.exactOptional(reasonSchema),
	}),
]);

export type NodeMessage = v.InferOutput<typeof nodeMessageSchema>;

/** The devices of one host. */
export const hostDevicesSchema = v.pipe(v.array(deviceSchema), v.maxLength(256));
