import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forEachNal, nalType } from "../../../server/h264/annexb.ts";

function nalsOf(bytes: number[] | Uint8Array): number[][] {
	const nals: number[][] = [];
	forEachNal(Uint8Array.from(bytes), (nal) => nals.push([...nal]));
	return nals;
}

/** Bytes that a NAL unit may hold: none of the forbidden patterns, no zero at the end. */
const nalBytes = fc
	.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 60 })
	.map((bytes) => bytes.map((byte, i) => (byte < 4 && bytes[i - 1] === 0 ? byte + 4 : byte)))
	.map((bytes) => [...bytes, 0x80]);

describe("Annex B", () => {
	it("splits at start codes of three and four bytes", () => {
		expect(nalsOf([0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x68, 3, 0, 0, 0, 1, 0x65, 4])).toEqual([
			[0x67, 1, 2],
			[0x68, 3],
			[0x65, 4],
		]);
	});

	it("keeps 00 00 03 and single zeros inside a unit", () => {
		expect(nalsOf([0, 0, 1, 0x65, 0, 0, 3, 1, 0, 1, 9])).toEqual([[0x65, 0, 0, 3, 1, 0, 1, 9]]);
	});

	it("leaves out bytes before the first start code and empty units", () => {
		expect(nalsOf([9, 9, 0, 0, 1, 0, 0, 1, 0x41, 7])).toEqual([[0x41, 7]]);
	});

	it("finds nothing where there is nothing", () => {
		for (const bytes of [[], [0], [0, 0], [0, 0, 1], [1, 2, 3], [0, 0, 0, 1]])
			expect(nalsOf(bytes)).toEqual([]);
	});

	it("gives views of the stream, not copies", () => {
		const stream = Uint8Array.from([0, 0, 1, 0x65, 7]);
		forEachNal(stream, (nal) => expect(nal.buffer).toBe(stream.buffer));
	});

	it("gives back any units that were joined", () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(nalBytes, fc.boolean()), { maxLength: 8 }), (units) => {
				const stream = units.flatMap(([nal, long]) => [...(long ? [0, 0, 0, 1] : [0, 0, 1]), ...nal]);
				expect(nalsOf(stream)).toEqual(units.map(([nal]) => nal));
			}),
		);
	});

	it("reads the type from the low five bits", () => {
		expect(nalType(Uint8Array.of(0x67))).toBe(7);
	});
});
