import * as v from "valibot";
import { bezelImageName, deviceSchema } from "./device.ts";
import { wallTimeSchema } from "./time.ts";

/** Version of the signaling protocol, sent in the first message of either side. Raised when an old client must reload. */
export const PROTOCOL_VERSION = 1;
/** Query of the signaling socket's address that asks for the longer messages of hosts, see `MAX_HOST_MESSAGE_BYTES`. */
export const FOR_HOSTS = "host";

/** Longest message on the signaling socket, bytes. An SDP of a host with many addresses is about 6 KiB. */
export const MAX_MESSAGE_BYTES = 256 * 1024;
/** The same for what a host sends: a frame of a device's bezel, with room around it. */
export const MAX_HOST_MESSAGE_BYTES = 720 * 1024;
/** Longest still that a host may send, characters of base64. */
export const MAX_SCREENSHOT_LENGTH = 200 * 1024;
/** Characters of base64 that a frame of a device's bezel may have. */
export const MAX_BEZEL_IMAGE_LENGTH = 700 * 1024;

const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
const deviceId = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/));
const sdp = v.pipe(v.string(), v.minLength(1), v.maxLength(64 * 1024));
const secret = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const words = v.pipe(v.string(), v.maxLength(400));
const version = v.pipe(v.number(), v.integer());

/** What a viewer may do on a device. */
export const roleSchema = v.picklist(["view", "control", "own"]);

/** What a person calls themselves: one line, without control characters; trimmed. */
export const participantNameSchema = v.pipe(
	v.string(),
	v.maxLength(200),
	v.transform((name) => name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "").trim()),
	v.minLength(1),
	v.maxLength(40),
);

/** How well a viewer's connection does; `away` for one who is kept while their connection is lost. */
const qualitySchema = v.picklist(["unknown", "good", "fair", "poor", "away"]);

/** Somebody on a device. */
const participantInfoSchema = v.object({
	viewerId: id,
	/** Small number within the device, used on the data channel and for the colour. */
	number: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
	name: v.pipe(v.string(), v.maxLength(40)),
	role: roleSchema,
	since: wallTimeSchema,
	quality: qualitySchema,
	/** Asked to be let in, and not answered yet; sees no frame. */
	waiting: v.boolean(),
	/** The same for all tabs of one person; 0 for the owner. */
	person: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
});

/** Who holds control of a device, as everybody sees it. */
export const controlStateSchema = v.object({
	/** `requested`: held, and somebody asks for it. `locked`: only the holder, if any, and owners may touch. */
	state: v.picklist(["free", "held", "requested", "locked"]),
	holder: v.optional(id),
	/** Who asks, oldest first, and in how many ms from now the request lapses. */
	requests: v.pipe(
		v.array(v.object({ viewerId: id, left: v.pipe(v.number(), v.minValue(0), v.finite()) })),
		v.maxLength(64),
	),
	/** The first touch takes control while it is free. */
	touchTakes: v.boolean(),
});

/** What keeps somebody out who is sent away: the end of the link that they came by, or ten minutes. */
export const kickEndSchema = v.picklist(["end-link", "ten-minutes"]);

/** What can be done with control. `give`, `deny` name the viewer it is done to; the others act for the sender. */
export const controlActionSchema = v.picklist([
	"request",
	"cancel",
	"give",
	"deny",
	"take",
	"release",
	"lock",
	"unlock",
	"reset",
]);

/** Why something ended or was refused; `code` for programs, `message` for people. */
export const reasonSchema = v.object({
	code: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,47}$/)),
	message: words,
});

/** A server that helps packets through where they do not pass by themselves (TURN), with short-lived credentials. */
const iceServerSchema = v.object({
	/** Such as `turn:turn.example.org:3478?transport=udp` (RFC 7065). */
	urls: v.pipe(v.string(), v.maxLength(300)),
	username: v.pipe(v.string(), v.maxLength(200)),
	credential: v.pipe(v.string(), v.maxLength(200)),
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
		participant: v.optional(v.object({ viewerId: id, key: secret })),
		/** Media still flows from before: no new offer is wanted. */
		media: v.boolean(),
		name: v.optional(participantNameSchema),
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
		/** It makes devices of streams that publishers send (WHIP). */
		publishers: v.optional(v.boolean()),
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
	v.object({ type: v.literal("name"), name: participantNameSchema }),
	v.object({ type: v.literal("control"), action: controlActionSchema, viewerId: v.optional(id) }),
	/** An owner sends somebody away. */
	v.object({ type: v.literal("kick"), viewerId: id, and: kickEndSchema }),
	/** An owner answers somebody who waits to be let in. */
	v.object({ type: v.literal("admit"), viewerId: id, admit: v.boolean() }),
	ping,
]);

/** From someone who watches the list. */
export const fromDirectorySchema = v.variant("type", [ping]);

/** From a host, after its hello. */
export const fromHostSchema = v.variant("type", [
	/** All its devices; replaces what was said before. */
	v.object({ type: v.literal("devices"), devices: v.pipe(v.array(deviceSchema), v.maxLength(256)) }),
	v.object({ type: v.literal("offer"), viewerId: id, peerId: id, sdp }),
	/** Answers the offer of a player, see `viewer-joined`. */
	v.object({ type: v.literal("answer"), viewerId: id, sdp }),
	/** Answers `publish`: the SDP answer, or why the stream is not taken. */
	v.object({
		type: v.literal("published"),
		requestId: id,
		sdp: v.optional(sdp),
		error: v.optional(reasonSchema),
	}),
	/** The device that a publisher made is gone. */
	v.object({ type: v.literal("unpublished"), requestId: id }),
	/** The host ends a viewer's session, or could not begin it. `final`: coming back is of no use. */
	v.object({ type: v.literal("end"), viewerId: id, reason: reasonSchema, final: v.boolean() }),
	/** A viewer touched free control whose policy lets a touch take it; the host let that touch through. */
	v.object({ type: v.literal("touched"), viewerId: id }),
	v.object({ type: v.literal("quality"), viewerId: id, quality: qualitySchema }),
	/** Answers `screenshot-wanted`: a JPEG in base64, or why there is none. */
	v.object({
		type: v.literal("screenshot"),
		requestId: id,
		jpeg: v.optional(v.pipe(v.string(), v.maxLength(MAX_SCREENSHOT_LENGTH), v.base64())),
		error: v.optional(reasonSchema),
	}),
	/** Answers `switch-power` and `bezel-wanted`: done, a PNG in base64, or why not. */
	v.object({
		type: v.literal("done"),
		requestId: id,
		png: v.optional(v.pipe(v.string(), v.maxLength(MAX_BEZEL_IMAGE_LENGTH), v.base64())),
		error: v.optional(reasonSchema),
	}),
	ping,
]);

/** To a viewer. */
export const toViewerSchema = v.variant("type", [
	v.object({
		type: v.literal("welcome"),
		version,
		viewerId: id,
		participantKey: secret,
		role: roleSchema,
		device: deviceSchema,
	}),
	v.object({ type: v.literal("device"), device: deviceSchema }),
	v.object({ type: v.literal("control"), control: controlStateSchema }),
	v.object({
		type: v.literal("participants"),
		participants: v.pipe(v.array(participantInfoSchema), v.maxLength(256)),
	}),
	/** An owner has to let this viewer in; an offer follows when one does. */
	v.object({ type: v.literal("waiting") }),
	v.object({
		type: v.literal("offer"),
		peerId: id,
		sdp,
		iceServers: v.optional(v.pipe(v.array(iceServerSchema), v.maxLength(16))),
	}),
	/** To a player: what the host answered to its offer. */
	v.object({ type: v.literal("answer"), sdp }),
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
	v.object({
		type: v.literal("welcome"),
		version,
		/** What everybody else puts before the ids of this host's devices, such as `studio.`; empty in `serve`. */
		prefix: v.pipe(v.string(), v.regex(/^([a-z0-9-]{1,20}\.)?$/)),
	}),
	/** A viewer came, came back, or wants a new offer. */
	v.object({
		type: v.literal("viewer-joined"),
		viewerId: id,
		deviceId,
		role: roleSchema,
		/** The viewer's number within the device, see `participantInfoSchema`. */
		number: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
		/** The viewer says that its media still flows. */
		media: v.boolean(),
		/**
		 * It is a player without a page (WHEP), which made the offer itself and takes none. Without an offer it has its
		 * answer already; if its media does not flow, only a new player can help.
		 */
		player: v.optional(v.object({ offer: v.optional(sdp) })),
		/** It is a client of a gateway in the host's own process, which knows it by this ticket; it takes no offer. */
		gatewayTicket: v.optional(id),
	}),
	/** Who may touch from now on; what anybody else holds is let go first. */
	v.object({
		type: v.literal("control"),
		deviceId,
		holder: v.optional(id),
		/** Other tabs of the same person, whose touch passes control to them. */
		tabs: v.pipe(v.array(id), v.maxLength(64)),
		/** Control is free and the first touch of a viewer with the right takes it. */
		touchTakes: v.boolean(),
	}),
	v.object({ type: v.literal("answer"), viewerId: id, peerId: id, sdp }),
	v.object({ type: v.literal("viewer-left"), viewerId: id }),
	/** A publisher offers a stream that shall be a device of this id; answered by `published`. */
	v.object({ type: v.literal("publish"), requestId: id, deviceId, sdp }),
	/** The publisher takes its stream back. */
	v.object({ type: v.literal("unpublish"), requestId: id }),
	/** A small frame of a device, please; answered by `screenshot`. */
	v.object({ type: v.literal("screenshot-wanted"), requestId: id, deviceId }),
	/** A device is to be switched on or off; answered by `done` when the order was taken. */
	v.object({ type: v.literal("switch-power"), requestId: id, deviceId, on: v.boolean() }),
	/** A frame of a device's bezel, please; answered by `done`. */
	v.object({ type: v.literal("bezel-wanted"), requestId: id, deviceId, name: bezelImageName }),
	v.object({ type: v.literal("error"), reason: reasonSchema, final: v.boolean() }),
	pong,
]);

export type Role = v.InferOutput<typeof roleSchema>;
export type KickEnd = v.InferOutput<typeof kickEndSchema>;
export type ParticipantInfo = v.InferOutput<typeof participantInfoSchema>;
export type Quality = v.InferOutput<typeof qualitySchema>;
export type ControlState = v.InferOutput<typeof controlStateSchema>;
export type ControlAction = v.InferOutput<typeof controlActionSchema>;
export type IceServer = v.InferOutput<typeof iceServerSchema>;
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
