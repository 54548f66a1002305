import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forEachNal } from "../../../../server/h264/annexb.ts";
import { MAX_PAYLOAD, packetize } from "../../../../server/webrtc/rtp/packetizer.ts";
import { depacketize } from "../../../support/depacketize.ts";
import { PATTERN_FILE, readAccessUnits } from "../../../support/pattern-source.ts";

const time = { captureTime: 1000, rtpTimestamp: 42, keyframe: true };

function annexB(nals: readonly Uint8Array[]): Buffer {
	return Buffer.concat(nals.flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal]));
}

function unit(type: number, length: number): Buffer {
	const nal = Buffer.alloc(length, 0xa5);
	nal[0] = 0x60 | type;
	return nal;
}

const payloadsOf = (nals: readonly Uint8Array[]) =>
	packetize(annexB(nals), time).packets.map((packet) => packet.payload);

describe("H.264 packets (RFC 6184)", () => {
	it("puts SPS and PPS into one STAP-A, byte for byte", () => {
		const [first, ...rest] = payloadsOf([
			Buffer.from("6742c00d", "hex"),
			Buffer.from("68ce3c80", "hex"),
			unit(5, 9),
		]);
		expect(Buffer.from(first ?? [])).toEqual(
			Buffer.from("78 0004 6742c00d 0004 68ce3c80".replaceAll(" ", ""), "hex"),
		);
		expect(rest).toHaveLength(1);
	});

	it("sends a unit that fits as it is", () => {
		expect(payloadsOf([unit(1, MAX_PAYLOAD)])).toEqual([new Uint8Array(unit(1, MAX_PAYLOAD))]);
	});

	it("cuts a unit that does not fit into FU-A with start and end bits", () => {
		const [first, last, ...none] = payloadsOf([unit(5, MAX_PAYLOAD + 1)]);
		expect([first?.[0], first?.[1]]).toEqual([0x7c, 0x85]);
		expect([last?.[0], last?.[1]]).toEqual([0x7c, 0x45]);
		expect(none).toEqual([]);
	});

	it("marks the first and the last packet", () => {
		const { packets } = packetize(annexB([unit(5, 3000)]), time);
		expect(packets.map(({ first, last }) => [first, last])).toEqual([
			[true, false],
			[false, false],
			[false, true],
		]);
	});

	it("leaves out access unit delimiters and filler", () => {
		expect(payloadsOf([unit(9, 2), unit(12, 50), unit(1, 10)])).toHaveLength(1);
	});

	it("makes no packets of what is no H.264", () => {
		expect(packetize(Buffer.from("nothing here"), time).packets).toEqual([]);
	});

	it("is not touched by what happens to the source's memory", () => {
		const data = annexB([unit(1, 20)]);
		const { packets } = packetize(data, time);
		data.fill(0);
		expect(packets[0]?.payload[1]).toBe(0xa5);
	});

	it("gives back any units, whatever their sizes", () => {
		const nal = fc.tuple(fc.constantFrom(1, 5, 6, 7, 8), fc.integer({ min: 1, max: 5000 }));
		fc.assert(
			fc.property(fc.array(nal, { minLength: 1, maxLength: 12 }), (shapes) => {
				const nals = shapes.map(([type, length]) => unit(type, length));
				const payloads = payloadsOf(nals);
				for (const payload of payloads) expect(payload.length).toBeLessThanOrEqual(MAX_PAYLOAD);
				expect(depacketize(payloads)).toEqual(nals);
			}),
		);
	});

	it("gives back a recorded stream without its delimiters", () => {
		for (const { data } of readAccessUnits(readFileSync(PATTERN_FILE))) {
			const nals: Buffer[] = [];
			forEachNal(data, (nal) => nals.push(Buffer.from(nal)));
			expect(depacketize(packetize(data, time).packets.map(({ payload }) => payload))).toEqual(nals.slice(1));
		}
	});
});
