import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeMessage } from "../../../../../server/devices/hxfr/wire/codec.ts";
import {
	MAX_PIXELS,
	MAX_UNIT,
	type Message,
	PAYLOAD_BYTES,
	TYPE_NUMBER,
} from "../../../../../server/devices/hxfr/wire/message.ts";
import { MessageReader } from "../../../../../server/devices/hxfr/wire/message-reader.ts";
import { PortholeError } from "../../../../../signaling/protocol/errors.ts";
import { fuzzReader } from "./reader-fuzz.ts";
import { anyMessage } from "./sample-messages.ts";

/** Reads bytes in pieces of the given lengths, the last of which is repeated. */
function read(bytes: Buffer, lengths: readonly number[] = [bytes.length || 1]): Message[] {
	const reader = new MessageReader();
	const messages: Message[] = [];
	for (let at = 0, index = 0; at < bytes.length; index++) {
		const length = lengths[Math.min(index, lengths.length - 1)] ?? 1;
		// A copy, as a socket gives: what is read must not depend on the next piece.
		reader.push(Buffer.from(bytes.subarray(at, at + length)), (message) => messages.push(message));
		at += length;
	}
	return messages;
}

function header(type: number, size: number, flags = 0): Buffer {
	const bytes = Buffer.from("48584652 00 00 0000 00000000".replaceAll(" ", ""), "hex");
	bytes.writeUInt8(type, 4);
	bytes.writeUInt8(flags, 5);
	bytes.writeUInt32LE(size, 8);
	return bytes;
}

const bytesOf = (messages: readonly Message[]) => Buffer.concat(messages.flatMap(encodeMessage));
const bad = expect.objectContaining({ code: "hxfr-bad-message" });

describe("any messages", () => {
	it("come out as they went in, however the stream is cut", () => {
		const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });
		fc.assert(
			fc.property(fc.array(anyMessage, { maxLength: 6 }), lengths, (messages, cuts) => {
				expect(read(bytesOf(messages), cuts)).toEqual(messages);
			}),
			{ numRuns: 300 },
		);
	});

	it("come out byte by byte", () => {
		fc.assert(
			fc.property(fc.array(anyMessage, { maxLength: 3 }), (messages) => {
				expect(read(bytesOf(messages), [1])).toEqual(messages);
			}),
			{ numRuns: 50 },
		);
	});

	it("come out between messages of unknown types, which are skipped", () => {
		const unknown = fc.constantFrom(0x06, 0x0f, 0x12, 0x23, 0x32, 0x47, 0x80, 0xfe);
		fc.assert(
			fc.property(
				anyMessage,
				anyMessage,
				unknown,
				fc.uint8Array({ maxLength: 100 }),
				(one, other, type, rest) => {
					const skipped = Buffer.concat([header(type, rest.length), rest]);
					const stream = Buffer.concat([bytesOf([one]), skipped, bytesOf([other])]);
					expect(read(stream, [7, 1, 13])).toEqual([one, other]);
				},
			),
			{ numRuns: 100 },
		);
	});
});

describe("large messages", () => {
	it("of the largest size are read", () => {
		const pieces = [Buffer.alloc(MAX_UNIT, 0x41)];
		const message = {
			type: "frame-response",
			session: 1,
			pts: 0n,
			dts: 0n,
			keyframe: false,
			pieces,
		} as const;
		const [got] = read(bytesOf([message]), [65_536]);
		expect(got).toMatchObject({ type: "frame-response" });
		expect(Buffer.compare((got as typeof message).pieces[0] as Buffer, pieces[0] as Buffer)).toBe(0);
	});

	it("do not keep what is read next from being itself", () => {
		const picture = (byte: number) =>
			({
				type: "frame-response",
				session: 1,
				pts: 0n,
				dts: 0n,
				keyframe: false,
				pieces: [Buffer.alloc(100_000, byte)],
			}) as const;
		const sent = [picture(1), picture(2), picture(3)];
		expect(read(bytesOf(sent), [65_536])).toEqual(sent);
	});
});

describe("a length that lies", () => {
	const tooLong: [string, number, number, number?][] = [
		["an access unit of 4 GiB", TYPE_NUMBER["frame-response"], 0xffffffff],
		["an access unit above 16 MiB", TYPE_NUMBER["frame-response"], PAYLOAD_BYTES["frame-response"][1] + 1],
		["pixels above 64 MiB", TYPE_NUMBER["frame-request"], 44 + MAX_PIXELS + 1, 1],
		["pixels that were not announced", TYPE_NUMBER["frame-request"], 45],
		["a subscription of 5 bytes", TYPE_NUMBER.subscribe, 5],
		["a subscription of 3 bytes", TYPE_NUMBER.subscribe, 3],
		["an empty frame", TYPE_NUMBER["frame-response"], 0],
		["something unknown of 64 MiB", 0x77, 64 * 1024 * 1024],
	];

	it.each(tooLong)("is refused at its header: %s", (_, type, size, flags) => {
		expect(() => read(header(type, size, flags))).toThrow(bad);
	});

	it.each([
		["a piece that reaches beyond its frame", 1, 0xffffffff],
		["a piece that ends before its frame does", 1, 1],
		["more pieces than there are bytes", 1000, 2],
		["4 billion pieces", 0xffffffff, 2],
		["no pieces and bytes behind them", 0, 2],
	])("is refused within a frame: %s", (_, count, size) => {
		const payload = Buffer.alloc(24 + 4 + 2);
		payload.writeUInt32LE(count, 20);
		payload.writeUInt32LE(size, 24);
		expect(() => read(Buffer.concat([header(2, payload.length), payload]))).toThrow(bad);
	});

	it("takes no memory before its bytes come", () => {
		const readers = Array.from({ length: 50 }, () => new MessageReader());
		const before = process.memoryUsage().arrayBuffers;
		for (const reader of readers) {
			reader.push(header(1, 44 + MAX_PIXELS, 1), () => {});
			reader.push(Buffer.alloc(1), () => {});
		}
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 2.5 * 1024 * 1024);
	});
});

describe("what is no message", () => {
	it.each([
		"GET / HTTP/1.1\r\n",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00",
		"RFXH\x10\0\0\0\0\0\0\0",
	])("is refused: %j", (text) => expect(() => read(Buffer.from(text, "latin1"))).toThrow(/begins with/));

	it("an access unit of no bytes is one without pieces", () => {
		const payload = Buffer.alloc(28);
		payload.writeUInt32LE(1, 20);
		expect(read(Buffer.concat([header(2, 28), payload]))).toMatchObject([{ pieces: [] }]);
	});

	it("never leads to anything but messages and one typed error (a second of fuzzing)", () => {
		const { rounds, errors } = fuzzReader({ seconds: 1, seed: 1 });
		expect(rounds).toBeGreaterThan(100);
		expect(errors.every((error) => error instanceof PortholeError && error.code === "hxfr-bad-message")).toBe(
			true,
		);
	});
});
