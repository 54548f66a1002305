import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forEachNal } from "../../../server/h264/annexb.ts";
import { avccUnits, beginsWithStartCode, toAnnexB } from "../../../server/h264/avcc.ts";

/** NAL units that do not end with a zero, as none may. */
const nal = fc
	.tuple(fc.integer({ min: 1, max: 23 }), fc.uint8Array({ maxLength: 40 }))
	.map(([type, rest]) => Buffer.from([0x60 | type, ...rest.map((byte) => byte | 4)]));
const nals = fc.array(nal, { minLength: 1, maxLength: 6 });

function avcc(units: readonly Uint8Array[]): Buffer {
	return Buffer.concat(
		units.flatMap((unit) => {
			const size = Buffer.alloc(4);
			size.writeUInt32BE(unit.length);
			return [size, unit];
		}),
	);
}

describe("an AVCC sample", () => {
	it("gives the units it was made of, and they are the same in Annex B", () => {
		fc.assert(
			fc.property(nals, (units) => {
				const found = avccUnits(avcc(units));
				expect(found).toEqual(units);
				const read: Uint8Array[] = [];
				forEachNal(toAnnexB(found ?? []), (unit) => void read.push(unit));
				expect(read.map((unit) => Buffer.from(unit))).toEqual(units);
			}),
		);
	});

	it("is none when it is cut, longer, or holds what is no unit", () => {
		const whole = avcc([Buffer.of(0x65, 1, 2, 3), Buffer.of(0x41, 9)]);
		for (let length = 0; length < whole.length; length++) {
			if (length !== 8) expect(avccUnits(whole.subarray(0, length)), `${length}`).toBeUndefined();
		}
		expect(avccUnits(Buffer.concat([whole, Buffer.of(0)]))).toBeUndefined();
		expect(avccUnits(avcc([Buffer.of(0xff, 1)]))).toBeUndefined();
		expect(avccUnits(Buffer.of(255, 255, 255, 255, 0x65))).toBeUndefined();
	});
});

it.each([
	["00000165", true],
	["0000000165", true],
	["00000265", false],
	["0001", false],
	["", false],
])("%s begins with a start code: %s", (hex, yes) => {
	expect(beginsWithStartCode(Buffer.from(hex, "hex"))).toBe(yes);
});
