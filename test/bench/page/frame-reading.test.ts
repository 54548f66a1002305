import { expect, test } from "vitest";
import { clockStrip, clockStripCells } from "../../../server/devices/demo/clock-strip.ts";
import { clockDelays, clockReadings, type FrameReading, flipDelays, recoveryTime } from "./frame-reading.ts";

const START = 1_795_155_342_000;

/** A frame that shows `drawn`, in the black and white that video has. */
function showing(drawn: number, at: number): FrameReading {
	return { at, luma: clockStripCells(drawn).map((white) => (white ? 235 : 16)) };
}

function plain(luma: number, at: number): FrameReading {
	return { at, luma: Array.from({ length: clockStrip.cells }, () => luma) };
}

test("a delay runs from the time in the strip to the picture", () => {
	expect(clockDelays([showing(START, START + 12), showing(START + 17, START + 32.5)])).toEqual([12, 15.5]);
});

test("a picture that is shown again counts once", () => {
	expect(clockDelays([showing(START, START + 12), showing(START, START + 29)])).toEqual([12]);
});

test("a strip caught half-drawn, or none at all, is left out", () => {
	const torn = showing(START, START + 12);
	const luma = torn.luma.map((value, cell) => (cell === 10 ? 251 - value : value));
	expect(clockDelays([{ ...torn, luma }, plain(58, START)])).toEqual([]);
});

test("a strip that has just wrapped is not a day late", () => {
	const wrap = Math.ceil(START / clockStrip.modulus) * clockStrip.modulus;
	expect(clockDelays([showing(wrap - 2, wrap + 10)])).toEqual([12]);
});

test("the screen is up to date again with the first fresh picture after an end", () => {
	const readings = clockReadings([
		showing(START, START + 12),
		showing(START + 17, START + 500),
		showing(START + 490, START + 520),
	]);
	expect(readings.map(({ delay }) => delay)).toEqual([12, 483, 30]);
	expect(recoveryTime(readings, START + 480, 100)).toBe(40);
	expect(recoveryTime(readings, START + 600, 100)).toBeUndefined();
});

test("a press is answered by the first picture of the other brightness", () => {
	const readings = [plain(58, 0), plain(58, 105), plain(166, 112), plain(166, 120), plain(58, 215)];
	expect(flipDelays([100, 200], readings)).toEqual([12, 15]);
});

test("a press that is answered after the next one, or never, is left out", () => {
	expect(flipDelays([100, 200], [plain(58, 0), plain(166, 210)])).toEqual([10]);
	expect(flipDelays([100], [plain(58, 0), plain(58, 110)])).toEqual([]);
});
