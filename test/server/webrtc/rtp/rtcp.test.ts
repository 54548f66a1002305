import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	readFeedback,
	writeMaximumRate,
	writeNack,
	writePictureLoss,
	writeReceiverReport,
	writeSenderReport,
} from "../../../../server/webrtc/rtp/rtcp.ts";

const SSRC = 0x11223344;
const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ""), "hex");

function heard(packet: Buffer): unknown[] {
	const events: unknown[] = [];
	readFeedback(packet, SSRC, {
		keyframeWanted: () => events.push("keyframe"),
		missing: (sequence) => events.push(sequence),
		report: (lost, last, delay) => events.push({ lost, last, delay }),
		transport: (message) => events.push(`transport ${message.length}`),
		limit: (rate) => events.push(`limit ${rate}`),
	});
	return events;
}

const pli = hex("81ce0002 00000001 11223344");
const nack = hex("81cd0003 00000001 11223344 fffe8005");
const report = hex("81c90007 00000001 11223344 40000007 0000ffff 00000005 12345678 00010000");

describe("feedback of receivers", () => {
	it("reads a picture loss indication", () => expect(heard(pli)).toEqual(["keyframe"]));

	it("reads a full intra request", () => {
		expect(heard(hex("84ce0004 00000001 00000000 11223344 05000000"))).toEqual(["keyframe"]);
	});

	it("reads a NACK with its mask, over the wrap", () => {
		expect(heard(nack)).toEqual([0xfffe, 0xffff, 1, 14]);
	});

	it("reads a receiver report", () => {
		expect(heard(report)).toEqual([{ lost: 0.25, last: 0x12345678, delay: 0x10000 }]);
	});

	it("reads the report blocks of a sender report", () => {
		const sender = hex("81c8000c 00000001 0000000000000000 00000000 00000000 00000000");
		expect(heard(Buffer.concat([sender, report.subarray(8)]))).toEqual([
			{ lost: 0.25, last: 0x12345678, delay: 0x10000 },
		]);
	});

	it("reads all parts of a compound packet and skips those that it does not know", () => {
		const unknown = hex("80cc0002 00000001 4e414d45");
		const congestion = hex("8fcd0005 00000001 11223344 00000001 00000000 00000000");
		expect(heard(Buffer.concat([report, unknown, congestion, nack, pli]))).toHaveLength(7);
	});

	it("hands on transport-wide feedback unread", () => {
		expect(heard(hex("8fcd0005 00000001 11223344 00000001 00000000 00000000"))).toEqual(["transport 24"]);
	});

	it.each([
		["0bffff", 0x3ffff * 4],
		["000000", 0],
		["ffffff", 1e9],
		["b40001", 1e9],
		["300e4e", 0xe4e * 2 ** 12],
	])("reads REMB %s (six bits of exponent, then the mantissa) as %d, in bounds", (word, rate) => {
		expect(heard(hex(`8fce0005 00000001 00000000 52454d42 01${word} 11223344`))).toEqual([`limit ${rate}`]);
		expect(heard(hex(`8fce0005 00000001 00000000 52454d42 01${word} 99223344`))).toEqual([]);
	});

	it("does not listen to feedback about other streams", () => {
		for (const packet of [pli, nack, report]) {
			const other = Buffer.from(packet);
			other[packet === report ? 8 : 8] = 0x99;
			expect(heard(other)).toEqual([]);
		}
	});

	it("stops at a part that is longer than the packet", () => {
		expect(heard(Buffer.concat([pli, nack.subarray(0, 12)]))).toEqual(["keyframe"]);
	});

	it("looks at a bounded number of parts and entries", () => {
		const many = Buffer.concat(Array.from({ length: 100 }, () => pli));
		expect(heard(many)).toHaveLength(32);
		const entries = Buffer.alloc(12 + 4 * 1000, 0xff);
		nack.copy(entries, 0, 0, 12);
		entries.writeUInt16BE(2 + 1000, 2);
		expect(heard(entries)).toHaveLength(256 * 17);
	});

	it("never throws, whatever comes", () => {
		const part = fc
			.tuple(
				fc.integer({ min: 0x80, max: 0x9f }),
				fc.integer({ min: 198, max: 208 }),
				fc.uint8Array({ maxLength: 64 }),
			)
			.map(([head, type, body]) => {
				const padded = Buffer.alloc(4 + Math.ceil(body.length / 4) * 4);
				padded[0] = head;
				padded[1] = type;
				padded.writeUInt16BE(padded.length / 4 - 1, 2);
				padded.set(body, 4);
				return padded;
			});
		fc.assert(fc.property(fc.array(part, { maxLength: 6 }), (parts) => void heard(Buffer.concat(parts))));
		fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void heard(Buffer.from(bytes))));
	});
});

const readable = (packet: Buffer) => packet.toString("hex");

it("a receiver report is written byte for byte", () => {
	const report = {
		ssrc: 0x0a0b0c0d,
		fraction: 0xff,
		lost: 0x010203,
		highest: 0x1_0000_fffe,
		jitter: 5.4,
		lastReport: 0xaabbccdd,
		sinceReport: 0x10000,
	};
	expect(readable(writeReceiverReport(1, report))).toBe(
		"81c90007" + "00000001" + "0a0b0c0d" + "ff010203" + "0000fffe" + "00000005" + "aabbccdd" + "00010000",
	);
	expect(readable(writeReceiverReport(1))).toBe("80c90001" + "00000001");
});

it("packets are asked for together, over a wrap too", () => {
	expect(readable(writeNack(1, 2, [65_535, 65_536, 65_551, 65_600]))).toBe(
		"81cd0004" + "00000001" + "00000002" + "ffff" + "8001" + "0040" + "0000",
	);
});

it("a keyframe is asked for", () => {
	expect(readable(writePictureLoss(1, 2))).toBe("81ce0002" + "00000001" + "00000002");
});

it("a rate is told with 18 bits and an exponent", () => {
	// 4,000,000 = 250,000 × 2^4
	expect(readable(writeMaximumRate(1, 2, 4_000_000))).toBe(
		"8fce0005" + "00000001" + "00000000" + "52454d42" + "0113d090" + "00000002",
	);
});

it("writes a sender report with its source description, byte for byte (RFC 3550, 6.4.1 and 6.5)", () => {
	const state = {
		ssrc: 0x11223344,
		cname: "abc",
		clockOrigin: 1000,
		packets: 5,
		payloadBytes: 0x1_0000_0006,
	};
	expect(writeSenderReport(state, 2500).toString("hex").match(/.{8}/g)).toEqual([
		"80c80006", // version 2, no report blocks, 28 bytes
		"11223344",
		"83aa7e82", // 2,208,988,802 s since 1900
		"80000000", // and a half
		"00020f58", // 1,500 ms at 90 kHz
		"00000005",
		"00000006", // modulo 2^32
		"81ca0003", // one chunk
		"11223344",
		"01036162", // CNAME, 3 characters
		"63000000", // and the end, padded
	]);
});
