import { badMessage } from "../errors.ts";
import { MAX_PIECES, MAX_UNIT } from "./limits.ts";
import {
	type Config,
	type FrameRequest,
	type FrameResponse,
	type Message,
	type MessageType,
	PIXEL_DATA,
	type ScanoutFacts,
} from "./message.ts";

/**
 * Reads a payload whose length is within `PAYLOAD_BYTES`. What the message holds is views of `payload`. Throws
 * PortholeError `hxfr-bad-message`.
 */
export function decodePayload(type: MessageType, flags: number, session: number, payload: Buffer): Message {
	switch (type) {
		case "frame-request":
			return { session, ...frameRequest(payload, (flags & PIXEL_DATA) !== 0) };
		case "frame-response":
			return { session, ...frameResponse(payload) };
		case "config-request":
			return { type, session, config: config(payload) };
		case "config-response":
			return payload.length === 28 ? { type, session, config: config(payload) } : { type, session };
		case "keyframe-request":
		case "ping":
		case "pong":
			return { type, session };
		case "enable-scanout": {
			const [scanout, width, height, refreshRate] = words(payload, 4);
			return { type, session, scanout, width, height, refreshRate };
		}
		case "scanout-response": {
			const [scanout, success] = words(payload, 2);
			return { type, session, scanout, success: success !== 0, connector: text(payload.subarray(8)) };
		}
		case "subscribe-response": {
			const [scanout, success] = words(payload, 2);
			return { type, session, scanout, success: success !== 0 };
		}
		case "disable-scanout":
		case "subscribe":
		case "unsubscribe":
		case "screenshot-request":
			return { type, session, scanout: payload.readUInt32LE(0) };
		case "error":
			return { type, session, code: payload.readInt32LE(0), message: text(payload.subarray(4)) };
		case "hello":
			return { type, session, version: payload.readUInt16LE(0) };
		case "scanouts":
			return { session, ...scanoutList(payload) };
		case "input":
			return { type, session, scanout: payload.readUInt32LE(0), input: payload.subarray(4) };
		case "screenshot":
			return { type, session, scanout: payload.readUInt32LE(0), jpeg: payload.subarray(4) };
		case "scanout-ended":
			return { type, session, scanout: payload.readUInt32LE(0), reason: text(payload.subarray(4)) };
	}
}

function frameRequest(payload: Buffer, withPixels: boolean): FrameRequest {
	const [resourceId, width, height, format, stride] = words(payload, 5);
	const pixels = payload.subarray(44);
	if (!withPixels && pixels.length > 0) throw badMessage("a frame request is longer than it should be");
	return {
		type: "frame-request",
		resourceId,
		width,
		height,
		format,
		stride,
		pts: payload.readBigInt64LE(20),
		duration: payload.readBigInt64LE(28),
		forceKeyframe: payload[36] !== 0,
		...(withPixels ? { pixels } : {}),
	};
}

function frameResponse(payload: Buffer): FrameResponse {
	const count = payload.readUInt32LE(20);
	if (count > MAX_PIECES) throw badMessage(`a frame response says that it has ${count} pieces`);
	const pieces: Uint8Array[] = [];
	let at = 24;
	let total = 0;
	for (let index = 0; index < count; index++) {
		const size = at + 4 <= payload.length ? payload.readUInt32LE(at) : undefined;
		if (size === undefined || size > payload.length - at - 4)
			throw badMessage("a piece of a frame response reaches beyond it");
		total += size;
		if (size > 0) pieces.push(payload.subarray(at + 4, at + 4 + size));
		at += 4 + size;
	}
	if (total > MAX_UNIT) throw badMessage(`an access unit has ${total} bytes`);
	if (at !== payload.length) throw badMessage("a frame response is longer than its pieces");
	return {
		type: "frame-response",
		pts: payload.readBigInt64LE(0),
		dts: payload.readBigInt64LE(8),
		keyframe: payload[16] !== 0,
		pieces,
	};
}

function config(payload: Buffer): Config {
	const [width, height, bitrate, numerator, denominator] = words(payload, 5);
	return {
		width,
		height,
		bitrate,
		frameRate: { numerator, denominator },
		profile: payload.readUInt8(20),
		level: payload.readUInt8(21),
		realtime: payload.readUInt8(22) !== 0,
	};
}

function scanoutList(payload: Buffer): Omit<Extract<Message, { type: "scanouts" }>, "session"> {
	const scanouts: ScanoutFacts[] = [];
	const count = payload.readUInt16LE(2);
	let at = 8;
	for (let index = 0; index < count; index++) {
		const length = payload[at + 13];
		if (length === undefined || at + 14 + length > payload.length)
			throw badMessage("a list of scanouts ends too early");
		const [id, width, height] = words(payload.subarray(at), 3);
		const name = payload.toString("utf8", at + 14, at + 14 + length);
		scanouts.push({ id, width, height, inputs: payload[at + 12] ?? 0, name });
		at += 14 + length;
	}
	if (at !== payload.length) throw badMessage("a list of scanouts is longer than it says");
	const version = payload.readUInt16LE(0);
	return { type: "scanouts", version, features: payload.readUInt32LE(4), scanouts };
}

type Words<Count extends number, List extends number[] = []> = List["length"] extends Count
	? List
	: Words<Count, [...List, number]>;

function words<Count extends number>(payload: Buffer, count: Count): Words<Count> {
	return Array.from({ length: count }, (_, index) => payload.readUInt32LE(index * 4)) as Words<Count>;
}

/** Text up to its NUL, as C writes it. */
function text(bytes: Buffer): string {
	const end = bytes.indexOf(0);
	return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
}
