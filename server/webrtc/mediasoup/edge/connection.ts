import * as v from "valibot";
import type { WebSocket } from "ws";
import { parseMessage } from "../../../../signaling/protocol/parse.ts";

/** How often the other end is asked for a sign of life, milliseconds; after a round without one the connection is cut. */
const PING_EVERY = 2000;

/** Bytes that may wait to be sent; data channel messages beyond are dropped. */
const MAX_WAITING = 1024 * 1024;

export interface EdgeConnectionEvents<TIn> {
	message(message: TIn): void;
	/** A viewer's data channel message. */
	peerMessage(peer: number, message: Buffer): void;
	/** Called once, also after `close()`. */
	lost(): void;
}

/** The connection between an origin and an edge: checked messages, viewers' messages, and an end that is noticed soon. */
export class EdgeConnection<TIn extends v.GenericSchema, TOut extends object> {
	readonly #socket: WebSocket;
	readonly #pings: NodeJS.Timeout;
	#heard = true;

	constructor(socket: WebSocket, schema: TIn, events: EdgeConnectionEvents<v.InferOutput<TIn>>) {
		this.#socket = socket;
		this.#pings = setInterval(() => this.#ping(), PING_EVERY);
		socket.on("pong", () => {
			this.#heard = true;
		});
		socket.on("message", (data, binary) => {
			this.#heard = true;
			const bytes = data as Buffer;
			if (!binary) {
				let message: v.InferOutput<TIn>;
				try {
					message = parseMessage(schema, bytes.toString());
				} catch {
					// Whoever speaks another language cannot be served further.
					return socket.terminate();
				}
				return events.message(message);
			}
			const decoded = decodePeerMessage(bytes);
			if (decoded !== undefined) events.peerMessage(decoded.peer, decoded.message);
		});
		socket.on("error", () => {});
		socket.on("close", () => {
			clearInterval(this.#pings);
			events.lost();
		});
	}

	send(message: TOut): void {
		this.#socket.send(JSON.stringify(message));
	}

	/** False when it was dropped, as too much waits. */
	sendPeerMessage(peer: number, message: Uint8Array): boolean {
		if (this.#socket.bufferedAmount > MAX_WAITING) return false;
		this.#socket.send(encodePeerMessage(peer, message));
		return true;
	}

	close(): void {
		this.#socket.terminate();
	}

	#ping(): void {
		if (this.#socket.readyState === this.#socket.CONNECTING) return;
		if (!this.#heard) return this.close();
		this.#heard = false;
		this.#socket.ping();
	}
}

/** What the two ends must have in common. */
export const EDGE_VERSION = 1;

/** Longest message on the connection, bytes: an SDP, or a data channel message with its viewer's number. */
export const MAX_FRAME = 128 * 1024;

const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const word = v.pipe(v.string(), v.maxLength(120));
const sdp = v.pipe(v.string(), v.maxLength(64 * 1024));

/** One end of a pipe for media: where it receives, and the keys of what it sends (RFC 3711). */
const pipeEnd = v.strictObject({
	ip: v.pipe(v.string(), v.ip()),
	port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
	srtp: v.strictObject({
		cryptoSuite: v.picklist([
			"AEAD_AES_256_GCM",
			"AEAD_AES_128_GCM",
			"AES_CM_128_HMAC_SHA1_80",
			"AES_CM_128_HMAC_SHA1_32",
		]),
		keyBase64: v.pipe(v.string(), v.maxLength(128), v.base64()),
	}),
});
export type PipeEnd = v.InferOutput<typeof pipeEnd>;

/** How a device's stream is sent through the pipe; mediasoup looks at the rest. */
const rtp = v.looseObject({
	codecs: v.pipe(
		v.array(v.looseObject({ mimeType: word, payloadType: number, clockRate: number })),
		v.minLength(1),
		v.maxLength(8),
	),
	headerExtensions: v.pipe(v.array(v.looseObject({ uri: word, id: number })), v.maxLength(32)),
	encodings: v.pipe(v.array(v.looseObject({ ssrc: number })), v.minLength(1), v.maxLength(4)),
	rtcp: v.looseObject({}),
});

/** From the origin. Whatever has a `request` is answered with the same number. */
export const toEdge = v.variant("type", [
	v.strictObject({ type: v.literal("welcome"), version: number }),
	v.strictObject({
		type: v.literal("open-stream"),
		request: number,
		stream: number,
		pipe: pipeEnd,
		producerId: word,
		rtp,
	}),
	v.strictObject({ type: v.literal("close-stream"), stream: number }),
	v.strictObject({
		type: v.literal("open-peer"),
		request: number,
		peer: number,
		stream: number,
		level: v.pipe(number, v.maxValue(255)),
		clockOrigin: v.number(),
	}),
	v.strictObject({ type: v.literal("answer"), request: number, peer: number, sdp }),
	v.strictObject({ type: v.literal("shown"), peer: number, shown: v.boolean() }),
	v.strictObject({ type: v.literal("close-peer"), peer: number }),
]);
export type ToEdge = v.InferOutput<typeof toEdge>;

const count = v.pipe(v.number(), v.minValue(0));

/** Counters of one viewer, as in `PeerStats`. */
const stats = v.strictObject({
	packets: count,
	bytes: count,
	retransmitted: count,
	nacks: count,
	keyframeRequests: count,
	skipped: count,
	droppedMessages: count,
	roundTrip: v.exactOptional(count),
	lost: v.exactOptional(count),
	estimate: v.exactOptional(count),
	rendition: v.exactOptional(v.picklist(["main", "small"])),
	path: v.exactOptional(word),
	clockOrigin: v.number(),
});

/** From an edge. */
export const toOrigin = v.variant("type", [
	v.strictObject({ type: v.literal("hello"), version: number, key: word, name: word }),
	v.strictObject({ type: v.literal("stream"), request: number, pipe: pipeEnd }),
	v.strictObject({ type: v.literal("offer"), request: number, sdp }),
	v.strictObject({ type: v.literal("done"), request: number }),
	v.strictObject({
		type: v.literal("refused"),
		request: number,
		code: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,47}$/)),
		message: v.pipe(v.string(), v.maxLength(1000)),
	}),
	v.strictObject({ type: v.literal("keyframe-needed"), peer: number }),
	v.strictObject({ type: v.literal("connected"), peer: number }),
	v.strictObject({ type: v.literal("unreadable"), peer: number }),
	v.strictObject({
		type: v.literal("closed"),
		peer: number,
		reason: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,47}$/)),
	}),
	v.strictObject({ type: v.literal("stats"), peer: number, watching: v.boolean(), stats }),
]);
export type ToOrigin = v.InferOutput<typeof toOrigin>;

/** Bytes before a data channel message on the connection: the viewer's number. */
const HEAD = 4;

/** A data channel message as a binary frame, in either direction. */
export function encodePeerMessage(peer: number, message: Uint8Array): Buffer {
	const frame = Buffer.allocUnsafe(HEAD + message.length);
	frame.writeUInt32BE(peer);
	frame.set(message, HEAD);
	return frame;
}

/** Undefined for a frame that is cut short. */
export function decodePeerMessage(frame: Buffer): { peer: number; message: Buffer } | undefined {
	if (frame.length < HEAD) return undefined;
	return { peer: frame.readUInt32BE(), message: frame.subarray(HEAD) };
}
