import * as v from "valibot";
import { deviceSchema } from "./device.ts";

/** Longest message on the signaling socket, bytes. An SDP of a host with many addresses is about 6 KiB. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
const deviceId = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/));
const sdp = v.pipe(v.string(), v.minLength(1), v.maxLength(64 * 1024));
const secret = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const words = v.pipe(v.string(), v.maxLength(400));
const version = v.pipe(v.number(), v.integer());

/** What a viewer may do on a device. */
export const roleSchema = v.picklist(["view", "control", "own"]);

/** Why something ended or was refused; `code` for programs, `message` for people. */
export const reasonSchema = v.object({
	code: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,47}$/)),
	message: words,
});

/** First message of every client. */
export const helloSchema = v.variant("as", [
	v.object({
		type: v.literal("hello"),
		version,
		as: v.literal("viewer"),
		deviceId,
		/** Owner token; absent when a cookie speaks for the viewer. */
		token: v.optional(secret),
		/** Given by an earlier `welcome`: keeps the viewer's id over a lost connection. */
		seat: v.optional(v.object({ viewerId: id, key: secret })),
		/** Media still flows from before: no new offer is wanted. */
		media: v.boolean(),
	}),
	v.object({
		type: v.literal("hello"),
		version,
		/** Wants the list of devices and every change of it. */
		as: v.literal("directory"),
		token: v.optional(secret),
	}),
	v.object({
		type: v.literal("hello"),
		version,
		as: v.literal("host"),
		hostId: id,
		/** For people, such as the computer's name. */
		name: v.pipe(v.string(), v.minLength(1), v.maxLength(80)),
		key: secret,
	}),
]);

const ping = v.object({ type: v.literal("ping") });
const pong = v.object({ type: v.literal("pong") });

/** From a viewer, after its hello. */
export const fromViewerSchema = v.variant("type", [
	v.object({ type: v.literal("answer"), peerId: id, sdp }),
	/** Media failed: a new offer, please. */
	v.object({ type: v.literal("restart") }),
	v.object({ type: v.literal("leave") }),
	ping,
]);

/** From someone who watches the list. */
export const fromDirectorySchema = v.variant("type", [ping]);

/** From a host, after its hello. */
export const fromHostSchema = v.variant("type", [
	/** All its devices; replaces what was said before. */
	v.object({ type: v.literal("devices"), devices: v.pipe(v.array(deviceSchema), v.maxLength(256)) }),
	v.object({ type: v.literal("offer"), viewerId: id, peerId: id, sdp }),
	/** The host ends a viewer's session, or could not begin it. `final`: coming back is of no use. */
	v.object({ type: v.literal("end"), viewerId: id, reason: reasonSchema, final: v.boolean() }),
	ping,
]);

/** To a viewer. */
export const toViewerSchema = v.variant("type", [
	v.object({
		type: v.literal("welcome"),
		version,
		viewerId: id,
		seatKey: secret,
		role: roleSchema,
		device: deviceSchema,
	}),
	v.object({ type: v.literal("device"), device: deviceSchema }),
	v.object({ type: v.literal("offer"), peerId: id, sdp }),
	/** The session is over. `final`: do not reconnect. */
	v.object({ type: v.literal("ended"), reason: reasonSchema, final: v.boolean() }),
	v.object({ type: v.literal("error"), reason: reasonSchema, final: v.boolean() }),
	pong,
]);

/** To someone who watches the list. */
export const toDirectorySchema = v.variant("type", [
	v.object({ type: v.literal("devices"), devices: v.array(deviceSchema) }),
	v.object({ type: v.literal("error"), reason: reasonSchema, final: v.boolean() }),
	pong,
]);

/** To a host. */
export const toHostSchema = v.variant("type", [
	v.object({ type: v.literal("welcome"), version }),
	/** A viewer came, came back, or wants a new offer. */
	v.object({
		type: v.literal("viewer-joined"),
		viewerId: id,
		deviceId,
		role: roleSchema,
		/** The viewer says that its media still flows. */
		media: v.boolean(),
	}),
	v.object({ type: v.literal("answer"), viewerId: id, peerId: id, sdp }),
	v.object({ type: v.literal("viewer-left"), viewerId: id }),
	v.object({ type: v.literal("error"), reason: reasonSchema, final: v.boolean() }),
	pong,
]);

export type Role = v.InferOutput<typeof roleSchema>;
export type Reason = v.InferOutput<typeof reasonSchema>;
export type Hello = v.InferOutput<typeof helloSchema>;
export type ViewerHello = Extract<Hello, { as: "viewer" }>;
export type HostHello = Extract<Hello, { as: "host" }>;
export type FromViewer = v.InferOutput<typeof fromViewerSchema>;
export type FromDirectory = v.InferOutput<typeof fromDirectorySchema>;
export type FromHost = v.InferOutput<typeof fromHostSchema>;
export type ToViewer = v.InferOutput<typeof toViewerSchema>;
export type ToDirectory = v.InferOutput<typeof toDirectorySchema>;
export type ToHost = v.InferOutput<typeof toHostSchema>;
