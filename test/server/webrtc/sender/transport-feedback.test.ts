import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	checkTransportFeedback,
	MAX_STATUSES,
	readTransportFeedback,
} from "../../../../server/webrtc/sender/transport-feedback.ts";
import { writeTransportFeedback } from "../../../support/transport-feedback.ts";

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ""), "hex");

function read(part: Buffer): [number, number | undefined][] | undefined {
	const head = checkTransportFeedback(part);
	if (head === undefined) return undefined;
	const statuses: [number, number | undefined][] = [];
	readTransportFeedback(part, head, (sequence, arrival) => statuses.push([sequence, arrival]));
	return statuses;
}

describe("transport-wide feedback", () => {
	it("has run lengths, byte for byte", () => {
		// Base 0xfffe, 5 packets, reference 0x010203, message 7: three small deltas, then two not received.
		const part = hex("8fcd0006 00000001 11223344 fffe0005 01020307 2003 0002 0410ff 00");
		expect(checkTransportFeedback(part)).toEqual({ baseSequence: 0xfffe, count: 5, reference: 0x010203 });
		expect(read(part)).toEqual([
			[0xfffe, 1],
			[0xffff, 5],
			[0, 68.75],
			[1, undefined],
			[2, undefined],
		]);
	});

	it("has vectors of one bit and of two, with large and negative deltas, byte for byte", () => {
		// 16 packets: 1 01010000000001 (one bit each), then 11 10 01 0000000000 (two bits each).
		const part = hex("8fcd0007 00000001 11223344 00010010 00000000 9401 e400 080c04 fff8 10 0000");
		expect(read(part)).toEqual([
			...[1, 2, 3].map((n) => [n, n === 2 ? 2 : undefined]),
			[4, 5],
			...[5, 6, 7, 8, 9, 10, 11, 12, 13].map((n) => [n, undefined]),
			[14, 6],
			[15, 4],
			[16, 8],
		]);
	});

	it.each([
		["a chunk that is missing", "8fcd0004 00000001 11223344 00010001 00000000"],
		["a delta that is missing", "8fcd0005 00000001 11223344 00010003 00000000 2003 0404"],
		["a reserved symbol", "8fcd0006 00000001 11223344 00010001 00000000 6001 0000 00000000"],
		["no packets", "8fcd0005 00000001 11223344 00010000 00000000 2001 0400"],
		["more packets than are remembered", "8fcd0005 00000001 11223344 0001ffff 00000000 1fff 1fff"],
		["only a head", "8fcd0002 00000001 11223344"],
	])("is refused with %s", (_, text) => expect(read(hex(text))).toBeUndefined());

	it("says what was written, whatever that was", () => {
		const arrivals = fc.array(fc.option(fc.integer({ min: -3000, max: 3000 }), { nil: undefined }), {
			minLength: 1,
			maxLength: 200,
		});
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 0xffff }), arrivals, (base, steps) => {
				let ticks = 0;
				const statuses = steps.map((step) => {
					ticks += step ?? 0;
					return step === undefined ? undefined : ticks / 4;
				});
				const part = writeTransportFeedback(base, 77, statuses);
				expect(read(part)).toEqual(statuses.map((arrival, i) => [(base + i) & 0xffff, arrival]));
			}),
		);
	});

	it("never throws nor tells of more than it may, whatever comes", () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 0, maxLength: 300 }), (bytes) => {
				const statuses = read(Buffer.from(bytes)) ?? [];
				expect(statuses.length).toBeLessThanOrEqual(MAX_STATUSES);
				for (const [, arrival] of statuses)
					expect(arrival === undefined || Number.isFinite(arrival)).toBe(true);
			}),
			{ numRuns: 1000 },
		);
	});
});
