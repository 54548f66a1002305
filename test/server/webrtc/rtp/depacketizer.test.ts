import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forEachNal, NAL_ACCESS_UNIT_DELIMITER, nalType } from "../../../../server/h264/annexb.ts";
import { parseSequenceParameters } from "../../../../server/h264/parameter-sets.ts";
import { Depacketizer, type ReceivedUnit } from "../../../../server/webrtc/rtp/depacketizer.ts";
import { packetize } from "../../../../server/webrtc/rtp/packetizer.ts";
import { PATTERN_FILE, readAccessUnits } from "../../../support/pattern-source.ts";

const recorded = readAccessUnits(readFileSync(PATTERN_FILE));
const payloadsOf = (unit: { data: Buffer; keyframe: boolean }) =>
	packetize(unit.data, { captureTime: 0, rtpTimestamp: 0, keyframe: unit.keyframe }).packets.map(
		({ payload }) => Buffer.from(payload),
	);

function lab() {
	const units: ReceivedUnit[] = [];
	let broken = 0;
	const pictures = new Depacketizer({ unit: (unit) => units.push(unit), broken: () => broken++ });
	const add = (payloads: readonly Buffer[], timestamp: number) =>
		payloads.map((payload, i) => pictures.add(payload, timestamp, i === payloads.length - 1));
	return { units, pictures, add, broken: () => broken };
}

function nalsOf(data: Uint8Array): Buffer[] {
	const nals: Buffer[] = [];
	forEachNal(data, (nal) => {
		if (nalType(nal) !== NAL_ACCESS_UNIT_DELIMITER) nals.push(Buffer.from(nal));
	});
	return nals;
}

describe("the depacketizer", () => {
	it("gives every picture as it was coded, with its size", () => {
		const { units, add, broken } = lab();
		for (const [i, unit] of recorded.entries()) add(payloadsOf(unit), i * 3000);
		expect(broken()).toBe(0);
		expect(units).toHaveLength(recorded.length);
		for (const [i, unit] of units.entries()) {
			expect(unit).toMatchObject({ width: 320, height: 240, rtpTimestamp: i * 3000 });
			expect(unit.keyframe).toBe(recorded[i]?.keyframe);
			expect(nalsOf(unit.data)).toEqual(nalsOf(recorded[i]?.data ?? Buffer.alloc(0)));
		}
	});

	it("gives nothing between a loss and the next keyframe, and asks for one", () => {
		const { units, pictures, add, broken } = lab();
		add(payloadsOf(recorded[0] as never), 0);
		pictures.lost();
		expect(broken()).toBe(1);
		add(payloadsOf(recorded[2] as never), 6000);
		expect(units).toHaveLength(1);
		add(payloadsOf(recorded[0] as never), 9000);
		expect(units).toHaveLength(2);
	});

	it("drops a picture that lost a packet in its middle, also when its last packet is missing", () => {
		const { units, pictures, broken } = lab();
		const key = payloadsOf(recorded[0] as never);
		expect(key.length).toBeGreaterThan(2);
		pictures.add(key[0] as Buffer, 0, false);
		pictures.lost();
		for (const payload of key.slice(2)) pictures.add(payload, 0, false);
		pictures.add(payloadsOf(recorded[1] as never)[0] as Buffer, 3000, true);
		expect(units).toEqual([]);
		expect(broken()).toBeGreaterThanOrEqual(1);
	});

	it("puts the last parameter sets before a keyframe that comes without its own", () => {
		const { units, add } = lab();
		const key = payloadsOf(recorded[0] as never);
		add(key, 0);
		const withoutSets = key.filter(
			(payload) => (nalType(payload) !== 24 && nalType(payload) < 6) || nalType(payload) === 28,
		);
		add(withoutSets, 3000);
		expect(units).toHaveLength(2);
		expect(
			nalsOf((units[1] as ReceivedUnit).data)
				.map(nalType)
				.slice(0, 2),
		).toEqual([7, 8]);
	});

	it("says of a stream that nothing is reordered, where its own parameters leave that open", () => {
		const { units, add } = lab();
		// 16×16 pixels, constrained baseline, no VUI: made by hand after H.264, 7.3.2.1.1.
		const silent = Buffer.from([0x67, 0x42, 0xc0, 0x1f, 0xda, 0x79]);
		expect(parseSequenceParameters(silent)?.maxReorder).toBeUndefined();
		add([silent, Buffer.from([0x68, 0xce, 0x3c, 0x80]), Buffer.from([0x65, 0x88, 0x84])], 0);
		const [sps] = nalsOf((units[0] as ReceivedUnit).data);
		expect(parseSequenceParameters(sps as Buffer)).toMatchObject({ width: 16, height: 16, maxReorder: 0 });
	});

	it("bounds an endless chain of fragments, and goes on after it", () => {
		const { units, pictures, add, broken } = lab();
		add(payloadsOf(recorded[0] as never), 0);
		const body = Buffer.alloc(1200, 0xff);
		pictures.add(Buffer.concat([Buffer.from([0x7c, 0x85]), body]), 3000, false);
		const before = process.memoryUsage().arrayBuffers;
		let refused = 0;
		for (let i = 0; i < 20_000; i++) {
			if (!pictures.add(Buffer.concat([Buffer.from([0x7c, 0x05]), body]), 3000, false)) refused++;
		}
		expect(refused).toBeGreaterThan(0);
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60 * 1024 * 1024);
		pictures.add(Buffer.concat([Buffer.from([0x7c, 0x45]), body]), 3000, true);
		expect(broken()).toBe(1);
		add(payloadsOf(recorded[0] as never), 6000);
		expect(units).toHaveLength(2);
	});

	it("bounds the number of units in a picture", () => {
		const { units, add, broken } = lab();
		add(payloadsOf(recorded[0] as never), 0);
		add(
			Array.from({ length: 3000 }, () => Buffer.from([0x06, 0x01])),
			3000,
		);
		expect([units.length, broken()]).toEqual([1, 1]);
	});

	it.each([
		["a fragment without a beginning", [[0x7c, 0x05, 0x88]]],
		[
			"a second beginning",
			[
				[0x7c, 0x85, 0x88],
				[0x7c, 0x85, 0x88],
			],
		],
		[
			"another unit within a fragment",
			[
				[0x7c, 0x85, 0x88],
				[0x65, 0x88],
			],
		],
		["an aggregate longer than its packet", [[0x78, 0x00, 0x09, 0x65]]],
		["an aggregate with an empty unit", [[0x78, 0x00, 0x00]]],
		["a format that is not spoken here", [[0x7d, 0x01, 0x02]]],
		["a slice whose beginning is missing", [[0x65, 0x20, 0x20]]],
	])("calls %s broken", (_name, payloads) => {
		const { units, add, broken } = lab();
		const good = add(
			payloads.map((bytes) => Buffer.from(bytes)),
			0,
		);
		expect(good).toContain(false);
		expect([units.length, broken()]).toEqual([0, 1]);
	});

	it("survives anything", () => {
		const packet = fc.record({
			payload: fc.uint8Array({ maxLength: 60 }),
			timestamp: fc.integer({ min: 0, max: 3 }),
			marker: fc.boolean(),
			lost: fc.boolean(),
		});
		fc.assert(
			fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
				const { pictures, units } = lab();
				for (const { payload, timestamp, marker, lost } of packets) {
					if (lost) pictures.lost();
					pictures.add(Buffer.from(payload), timestamp, marker);
				}
				for (const unit of units) expect(unit.data.length).toBeGreaterThan(4);
			}),
		);
	});
});
