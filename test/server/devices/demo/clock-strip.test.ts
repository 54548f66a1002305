import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	clockStrip,
	clockStripCells,
	drawClockStrip,
	readClockStrip,
} from "../../../../server/devices/demo/clock-strip.ts";

const time = fc.double({ min: 0, max: 4e12, noNaN: true });
const lumaOf = (cells: boolean[]) => cells.map((white) => (white ? 255 : 0));

describe("clock strip", () => {
	it("shows every time so that it can be read again", () => {
		fc.assert(
			fc.property(time, (now) => {
				expect(readClockStrip(lumaOf(clockStripCells(now)))).toBe(Math.floor(now) % clockStrip.modulus);
			}),
		);
	});

	it("is still read when coding has blurred black and white", () => {
		fc.assert(
			fc.property(time, fc.infiniteStream(fc.integer({ min: 0, max: 100 })), (now, noise) => {
				const luma = clockStripCells(now).map((white) => {
					const off = noise.next().value ?? 0;
					return white ? 255 - off : off;
				});
				expect(readClockStrip(luma)).toBe(Math.floor(now) % clockStrip.modulus);
			}),
		);
	});

	it("is refused when any one cell is misread", () => {
		fc.assert(
			fc.property(time, fc.nat({ max: clockStrip.cells - 1 }), (now, wrong) => {
				const cells = clockStripCells(now);
				cells[wrong] = !cells[wrong];
				expect(readClockStrip(lumaOf(cells))).toBeUndefined();
			}),
		);
	});

	it("is not seen in a black, a white or a short row", () => {
		expect(readClockStrip(new Array(52).fill(0))).toBeUndefined();
		expect(readClockStrip(new Array(52).fill(255))).toBeUndefined();
		expect(readClockStrip([255, 0, 255, 0])).toBeUndefined();
	});

	it("begins with white, black, white, black and has the most significant bit first", () => {
		const cells = clockStripCells(0x800001);
		expect(cells.slice(0, 4)).toEqual([true, false, true, false]);
		expect(cells.slice(4, 28)).toEqual([true, ...new Array(22).fill(false), true]);
		expect(cells.slice(28, 52)).toEqual([false, ...new Array(22).fill(true), false]);
	});

	it("is drawn in cells of twelve pixels, opaque, and touches nothing else", () => {
		const stride = 800 * 4;
		const pixels = Buffer.alloc(stride * 14, 7);
		drawClockStrip(pixels, stride, 12_345_678);
		const at = (x: number, y: number) => [...pixels.subarray(y * stride + x * 4, y * stride + x * 4 + 4)];
		for (const [cell, white] of clockStripCells(12_345_678).entries()) {
			for (const [x, y] of [
				[cell * 12, 0],
				[cell * 12 + 11, 11],
			] as const) {
				expect(at(x, y)).toEqual(white ? [255, 255, 255, 255] : [0, 0, 0, 255]);
			}
		}
		expect(at(624, 0)).toEqual([7, 7, 7, 7]);
		expect(at(0, 12)).toEqual([7, 7, 7, 7]);
	});
});
