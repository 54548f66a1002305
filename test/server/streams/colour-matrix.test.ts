import { expect, it } from "vitest";
import { toAnnexB } from "../../../server/h264/avcc.ts";
import { BitWriter, parseSequenceParameters } from "../../../server/h264/parameter-sets.ts";
import { colourMatrixOf } from "../../../server/streams/colour-matrix.ts";

interface Colour {
	readonly full: boolean;
	/** Absent: there is no description. */
	readonly matrix?: number;
}

/** A baseline SPS of 16 times `rows` lines, whose VUI says this of colours (H.264, 7.3.2.1.1 and E.1.1). */
function sps(rows: number, colour?: Colour): Uint8Array {
	const bits = new BitWriter();
	bits.fixed(0x6742c01f, 32);
	for (const value of [0, 0, 2, 1]) bits.unsigned(value);
	bits.flag(false);
	bits.unsigned(9);
	bits.unsigned(rows - 1);
	bits.flag(true);
	bits.flag(true);
	bits.flag(false);
	bits.flag(colour !== undefined);
	if (!colour) return bits.finish();
	bits.flag(false);
	bits.flag(false);
	bits.flag(true);
	bits.fixed(5, 3);
	bits.flag(colour.full);
	bits.flag(colour.matrix !== undefined);
	if (colour.matrix !== undefined) {
		bits.fixed(1, 8);
		bits.fixed(13, 8);
		bits.fixed(colour.matrix, 8);
	}
	for (let absent = 0; absent < 6; absent++) bits.flag(false);
	return bits.finish();
}

const IDR = Uint8Array.of(0x65, 0x88);

it.each([
	["bt709", 10, { full: false, matrix: 1 }],
	["bt601", 10, { full: false, matrix: 6 }],
	["bt601", 60, { full: false, matrix: 5 }],
	["bt709-full", 10, { full: true, matrix: 1 }],
	["bt601-full", 10, { full: true }],
	["bt709-full", 45, { full: true }],
	["bt709", 45, { full: false, matrix: 2 }],
	["bt601", 44, { full: false, matrix: 2 }],
	["bt601", 10, undefined],
	["bt709", 45, undefined],
] as const)("%s is what %i rows of blocks are with %j", (matrix, rows, colour) => {
	expect(colourMatrixOf(toAnnexB([sps(rows, colour), IDR]))).toBe(matrix);
	expect(parseSequenceParameters(sps(rows, colour))?.colour).toEqual(
		colour && { fullRange: colour.full, matrix: "matrix" in colour ? colour.matrix : 2 },
	);
});

it("BT.601 is what a stream without parameter sets is", () => {
	expect(colourMatrixOf(toAnnexB([IDR]))).toBe("bt601");
	expect(colourMatrixOf(Buffer.of())).toBe("bt601");
});
