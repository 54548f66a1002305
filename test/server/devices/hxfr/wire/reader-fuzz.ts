/**
 * Feeds the reader streams that are almost right, for as long as one likes:
 * `node test/server/devices/hxfr/wire/reader-fuzz.ts SECONDS [SEED]`.
 */
import { encodeMessage } from "../../../../../server/devices/hxfr/wire/codec.ts";
import { FORMAT, type Message, TYPE_NUMBER } from "../../../../../server/devices/hxfr/wire/message.ts";
import { MessageReader } from "../../../../../server/devices/hxfr/wire/message-reader.ts";

export interface FuzzResult {
	readonly rounds: number;
	readonly messages: number;
	readonly skipped: number;
	/** The first hundred that were thrown. */
	readonly errors: readonly unknown[];
	/** Most memory outside of the heap that was in use at once, bytes. */
	readonly peak: number;
}

/** Runs for so many seconds of the wall clock. */
export function fuzzReader({
	seconds,
	seed,
}: {
	readonly seconds: number;
	readonly seed: number;
}): FuzzResult {
	const random = randomFrom(seed);
	const until = performance.now() + seconds * 1000;
	const result = { rounds: 0, messages: 0, skipped: 0, errors: [] as unknown[], peak: 0 };
	while (performance.now() < until) {
		result.rounds++;
		const stream = mutate(Buffer.concat(samples.flatMap((one) => (random() < 0.5 ? one : []))), random);
		const reader = new MessageReader();
		try {
			for (let at = 0; at < stream.length; ) {
				const length = 1 + Math.floor(random() ** 4 * stream.length);
				reader.push(Buffer.from(stream.subarray(at, at + length)), () => result.messages++);
				at += length;
			}
		} catch (error) {
			if (result.errors.length < 100) result.errors.push(error);
		}
		result.skipped += reader.skipped;
		if (result.rounds % 64 === 0) result.peak = Math.max(result.peak, process.memoryUsage().arrayBuffers);
	}
	return result;
}

const frame = { session: 1, pts: 1n, dts: 2n } as const;
const picture = {
	session: 1,
	resourceId: 1,
	width: 4,
	height: 4,
	stride: 16,
	pts: 0n,
	duration: 0n,
} as const;
const config = {
	...{ width: 1, height: 1, bitrate: 1, frameRate: { numerator: 1, denominator: 1 } },
	...{ profile: 66, level: 40, realtime: true },
};
const messages: Message[] = [
	{ type: "ping", session: 1 },
	{ type: "hello", session: 0, version: 1 },
	{
		type: "frame-response",
		...frame,
		keyframe: true,
		pieces: [Buffer.alloc(50, 0x65), Buffer.alloc(3, 0x41)],
	},
	{ type: "frame-response", ...frame, keyframe: false, pieces: [Buffer.alloc(70_000, 0x41)] },
	{ type: "frame-request", ...picture, format: FORMAT.bgra, forceKeyframe: true, pixels: Buffer.alloc(64) },
	{ type: "frame-request", ...picture, format: FORMAT.nv12, forceKeyframe: false },
	{ type: "config-request", session: 1, config },
	{
		type: "scanouts",
		session: 0,
		version: 1,
		features: 7,
		scanouts: [{ id: 1, width: 1, height: 1, inputs: 0, name: "é" }],
	},
	{ type: "error", session: 0, code: -1, message: "no" },
	{ type: "input", session: 1, scanout: 1, input: Buffer.of(1, 2, 3) },
	{ type: "screenshot", session: 1, scanout: 1, jpeg: Buffer.alloc(20) },
	{ type: "scanout-response", session: 1, scanout: 1, success: true, connector: "Virtual-2" },
];
const samples = messages.map(encodeMessage);
const types = Object.values(TYPE_NUMBER);

function mutate(stream: Buffer, random: () => number): Buffer {
	let bytes = stream;
	const place = () => Math.floor(random() * bytes.length);
	for (let count = Math.floor(random() * 6); count > 0 && bytes.length > 16; count--) {
		const at = place();
		switch (Math.floor(random() * 7)) {
			case 0:
				bytes[at] = Math.floor(random() * 256);
				break;
			case 1:
				bytes = Buffer.concat([
					bytes.subarray(0, at),
					bytes.subarray(Math.min(bytes.length, at + 1 + Math.floor(random() * 20))),
				]);
				break;
			case 2:
				bytes = Buffer.concat([
					bytes.subarray(0, at),
					Buffer.alloc(Math.floor(random() * 20), random() * 256),
					bytes.subarray(at),
				]);
				break;
			case 3:
				// A length that lies, somewhere.
				bytes.writeUInt32LE(
					Math.floor(random() * 2 ** Math.floor(random() * 33)),
					Math.min(at, bytes.length - 4),
				);
				break;
			case 4:
				bytes = bytes.subarray(0, at);
				break;
			default: {
				// In a header, where it hurts most.
				const header = bytes.indexOf("HXFR", at);
				if (header < 0 || header + 12 > bytes.length) break;
				if (random() < 0.5) bytes[header + 4] = types[Math.floor(random() * types.length)] ?? 0;
				else bytes.writeUInt32LE(Math.floor(random() * 2 ** Math.floor(random() * 33)), header + 8);
			}
		}
	}
	return bytes;
}

/** A small generator with a seed (mulberry32), so that a run can be repeated. */
function randomFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let value = Math.imul(state ^ (state >>> 15), 1 | state);
		value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
		return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
	};
}

if (process.argv[1] === import.meta.filename) {
	const [seconds = 10, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
	const { errors, ...rest } = fuzzReader({ seconds, seed });
	const kinds = new Map<string, number>();
	for (const error of errors) {
		const kind = error instanceof Error && "code" in error ? String(error.code) : String(error);
		kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
	}
	console.log({ seed, ...rest, errors: kinds, maxRss: process.resourceUsage().maxRSS * 1024 });
}
