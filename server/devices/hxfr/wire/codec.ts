import { badMessage } from "../errors.ts";
import {
	type Config,
	type FrameRequest,
	type FrameResponse,
	HEADER_BYTES,
	MAGIC,
	MAX_PIECES,
	MAX_UNIT,
	type Message,
	type MessageType,
	PIXEL_DATA,
	type ScanoutFacts,
	TYPE_NUMBER,
} from "./message.ts";

const CONNECTOR_BYTES = 64;
const ERROR_TEXT_BYTES = 256;

/** A message as it goes on the wire, in pieces: large ones are the caller's own memory, not copies. */
export function encodeMessage(message: Message): Uint8Array[] {
	const [fixed, ...more] = payloadOf(message);
	const size = more.reduce((sum, { length }) => sum + length, fixed.length);
	const head = Buffer.alloc(HEADER_BYTES + fixed.length);
	head.writeUInt32LE(MAGIC, 0);
	head.writeUInt8(TYPE_NUMBER[message.type], 4);
	head.writeUInt8(message.type === "frame-request" && message.pixels ? PIXEL_DATA : 0, 5);
	head.writeUInt16LE(message.session & 0xffff, 6);
	head.writeUInt32LE(size, 8);
	fixed.copy(head, HEADER_BYTES);
	return [head, ...more];
}

function payloadOf(message: Message): [Buffer, ...Uint8Array[]] {
	switch (message.type) {
		case "frame-request":
			return message.pixels ? [writeFrameRequest(message), message.pixels] : [writeFrameRequest(message)];
		case "frame-response":
			return writeFrameResponse(message);
		case "config-request":
			return [writeConfig(message.config)];
		case "config-response":
			return [message.config ? writeConfig(message.config) : Buffer.alloc(0)];
		case "keyframe-request":
		case "ping":
		case "pong":
			return [Buffer.alloc(0)];
		case "enable-scanout":
			return [uint32s(message.scanout, message.width, message.height, message.refreshRate)];
		case "scanout-response": {
			const connector = padded(message.connector, CONNECTOR_BYTES);
			return [Buffer.concat([uint32s(message.scanout, message.success ? 1 : 0), connector])];
		}
		case "subscribe-response":
			return [uint32s(message.scanout, message.success ? 1 : 0)];
		case "disable-scanout":
		case "subscribe":
		case "unsubscribe":
		case "screenshot-request":
			return [uint32s(message.scanout)];
		case "error": {
			const code = Buffer.alloc(4);
			code.writeInt32LE(message.code);
			return [Buffer.concat([code, padded(message.message, ERROR_TEXT_BYTES)])];
		}
		case "hello":
			return [uint32s(message.version & 0xffff)];
		case "scanouts":
			return [writeScanouts(message)];
		case "input":
			return [uint32s(message.scanout), message.input];
		case "screenshot":
			return [uint32s(message.scanout), message.jpeg];
		case "scanout-ended":
			return [uint32s(message.scanout), Buffer.from(message.reason)];
	}
}

function writeFrameRequest(request: FrameRequest): Buffer {
	const fixed = Buffer.alloc(44);
	for (const [index, value] of [
		request.resourceId,
		request.width,
		request.height,
		request.format,
		request.stride,
	].entries()) {
		fixed.writeUInt32LE(value, index * 4);
	}
	fixed.writeBigInt64LE(request.pts, 20);
	fixed.writeBigInt64LE(request.duration, 28);
	fixed.writeUInt8(request.forceKeyframe ? 1 : 0, 36);
	return fixed;
}

function writeFrameResponse({ pts, dts, keyframe, pieces }: FrameResponse): [Buffer, ...Uint8Array[]] {
	const [first, ...others] = pieces;
	const fixed = Buffer.alloc(24 + (first ? 4 : 0));
	fixed.writeBigInt64LE(pts, 0);
	fixed.writeBigInt64LE(dts, 8);
	fixed.writeUInt8(keyframe ? 1 : 0, 16);
	fixed.writeUInt32LE(pieces.length, 20);
	if (!first) return [fixed];
	fixed.writeUInt32LE(first.length, 24);
	return [fixed, first, ...others.flatMap((piece) => [uint32s(piece.length), piece])];
}

function writeConfig({ width, height, bitrate, frameRate, profile, level, realtime }: Config): Buffer {
	const fixed = Buffer.alloc(28);
	uint32s(width, height, bitrate, frameRate.numerator, frameRate.denominator).copy(fixed);
	fixed.set([profile, level, realtime ? 1 : 0], 20);
	return fixed;
}

function writeScanouts(message: Extract<Message, { type: "scanouts" }>): Buffer {
	const head = Buffer.alloc(8);
	head.writeUInt16LE(message.version, 0);
	head.writeUInt16LE(message.scanouts.length, 2);
	head.writeUInt32LE(message.features, 4);
	return Buffer.concat([head, ...message.scanouts.map(writeScanout)]);
}

function writeScanout({ id, width, height, inputs, name }: ScanoutFacts): Buffer {
	const text = Buffer.from(name).subarray(0, 255);
	return Buffer.concat([uint32s(id, width, height), Buffer.of(inputs, text.length), text]);
}

function uint32s(...values: number[]): Buffer {
	const buffer = Buffer.alloc(values.length * 4);
	for (const [index, value] of values.entries()) buffer.writeUInt32LE(value >>> 0, index * 4);
	return buffer;
}

/** Text cut to `size` bytes with a NUL at the end, as C reads it. */
function padded(text: string, size: number): Buffer {
	const buffer = Buffer.alloc(size);
	buffer.write(text, 0, size - 1);
	return buffer;
}

/**
 * Reads a payload whose length is within `PAYLOAD_BYTES`. What the message holds is views of `payload`. Throws
 * PortholeError `hxfr-bad-message`.
 */
export function decodePayload(type: MessageType, flags: number, session: number, payload: Buffer): Message {
	switch (type) {
		case "frame-request":
			return { session, ...readFrameRequest(payload, (flags & PIXEL_DATA) !== 0) };
		case "frame-response":
			return { session, ...readFrameResponse(payload) };
		case "config-request":
			return { type, session, config: readConfig(payload) };
		case "config-response":
			return payload.length === 28 ? { type, session, config: readConfig(payload) } : { type, session };
		case "keyframe-request":
		case "ping":
		case "pong":
			return { type, session };
		case "enable-scanout": {
			const [scanout, width, height, refreshRate] = readUint32s(payload, 4);
			return { type, session, scanout, width, height, refreshRate };
		}
		case "scanout-response": {
			const [scanout, success] = readUint32s(payload, 2);
			return { type, session, scanout, success: success !== 0, connector: readText(payload.subarray(8)) };
		}
		case "subscribe-response": {
			const [scanout, success] = readUint32s(payload, 2);
			return { type, session, scanout, success: success !== 0 };
		}
		case "disable-scanout":
		case "subscribe":
		case "unsubscribe":
		case "screenshot-request":
			return { type, session, scanout: payload.readUInt32LE(0) };
		case "error":
			return { type, session, code: payload.readInt32LE(0), message: readText(payload.subarray(4)) };
		case "hello":
			return { type, session, version: payload.readUInt16LE(0) };
		case "scanouts":
			return { session, ...readScanouts(payload) };
		case "input":
			return { type, session, scanout: payload.readUInt32LE(0), input: payload.subarray(4) };
		case "screenshot":
			return { type, session, scanout: payload.readUInt32LE(0), jpeg: payload.subarray(4) };
		case "scanout-ended":
			return { type, session, scanout: payload.readUInt32LE(0), reason: readText(payload.subarray(4)) };
	}
}

function readFrameRequest(payload: Buffer, withPixels: boolean): FrameRequest {
	const [resourceId, width, height, format, stride] = readUint32s(payload, 5);
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

function readFrameResponse(payload: Buffer): FrameResponse {
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

function readConfig(payload: Buffer): Config {
	const [width, height, bitrate, numerator, denominator] = readUint32s(payload, 5);
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

function readScanouts(payload: Buffer): Omit<Extract<Message, { type: "scanouts" }>, "session"> {
	const scanouts: ScanoutFacts[] = [];
	const count = payload.readUInt16LE(2);
	let at = 8;
	for (let index = 0; index < count; index++) {
		const length = payload[at + 13];
		if (length === undefined || at + 14 + length > payload.length)
			throw badMessage("a list of scanouts ends too early");
		const [id, width, height] = readUint32s(payload.subarray(at), 3);
		const name = payload.toString("utf8", at + 14, at + 14 + length);
		scanouts.push({ id, width, height, inputs: payload[at + 12] ?? 0, name });
		at += 14 + length;
	}
	if (at !== payload.length) throw badMessage("a list of scanouts is longer than it says");
	const version = payload.readUInt16LE(0);
	return { type: "scanouts", version, features: payload.readUInt32LE(4), scanouts };
}

type Numbers<Count extends number, List extends number[] = []> = List["length"] extends Count
	? List
	: Numbers<Count, [...List, number]>;

function readUint32s<Count extends number>(payload: Buffer, count: Count): Numbers<Count> {
	return Array.from({ length: count }, (_, index) => payload.readUInt32LE(index * 4)) as Numbers<Count>;
}

/** Text up to its NUL, as C writes it. */
function readText(bytes: Buffer): string {
	const end = bytes.indexOf(0);
	return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
}
