import {
	type Config,
	type FrameRequest,
	type FrameResponse,
	HEADER_BYTES,
	MAGIC,
	type Message,
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
			return message.pixels ? [frameRequest(message), message.pixels] : [frameRequest(message)];
		case "frame-response":
			return frameResponse(message);
		case "config-request":
			return [config(message.config)];
		case "config-response":
			return [message.config ? config(message.config) : Buffer.alloc(0)];
		case "keyframe-request":
		case "ping":
		case "pong":
			return [Buffer.alloc(0)];
		case "enable-scanout":
			return [words(message.scanout, message.width, message.height, message.refreshRate)];
		case "scanout-response": {
			const connector = padded(message.connector, CONNECTOR_BYTES);
			return [Buffer.concat([words(message.scanout, message.success ? 1 : 0), connector])];
		}
		case "subscribe-response":
			return [words(message.scanout, message.success ? 1 : 0)];
		case "disable-scanout":
		case "subscribe":
		case "unsubscribe":
		case "screenshot-request":
			return [words(message.scanout)];
		case "error": {
			const code = Buffer.alloc(4);
			code.writeInt32LE(message.code);
			return [Buffer.concat([code, padded(message.message, ERROR_TEXT_BYTES)])];
		}
		case "hello":
			return [words(message.version & 0xffff)];
		case "scanouts":
			return [scanoutList(message)];
		case "input":
			return [words(message.scanout), message.input];
		case "screenshot":
			return [words(message.scanout), message.jpeg];
		case "scanout-ended":
			return [words(message.scanout), Buffer.from(message.reason)];
	}
}

function frameRequest(request: FrameRequest): Buffer {
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

function frameResponse({ pts, dts, keyframe, pieces }: FrameResponse): [Buffer, ...Uint8Array[]] {
	const [first, ...others] = pieces;
	const fixed = Buffer.alloc(24 + (first ? 4 : 0));
	fixed.writeBigInt64LE(pts, 0);
	fixed.writeBigInt64LE(dts, 8);
	fixed.writeUInt8(keyframe ? 1 : 0, 16);
	fixed.writeUInt32LE(pieces.length, 20);
	if (!first) return [fixed];
	fixed.writeUInt32LE(first.length, 24);
	return [fixed, first, ...others.flatMap((piece) => [words(piece.length), piece])];
}

function config({ width, height, bitrate, frameRate, profile, level, realtime }: Config): Buffer {
	const fixed = Buffer.alloc(28);
	words(width, height, bitrate, frameRate.numerator, frameRate.denominator).copy(fixed);
	fixed.set([profile, level, realtime ? 1 : 0], 20);
	return fixed;
}

function scanoutList(message: Extract<Message, { type: "scanouts" }>): Buffer {
	const head = Buffer.alloc(8);
	head.writeUInt16LE(message.version, 0);
	head.writeUInt16LE(message.scanouts.length, 2);
	head.writeUInt32LE(message.features, 4);
	return Buffer.concat([head, ...message.scanouts.map(scanoutEntry)]);
}

function scanoutEntry({ id, width, height, inputs, name }: ScanoutFacts): Buffer {
	const text = Buffer.from(name).subarray(0, 255);
	return Buffer.concat([words(id, width, height), Buffer.of(inputs, text.length), text]);
}

function words(...values: number[]): Buffer {
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
