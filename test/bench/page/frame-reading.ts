import { clockStrip, readClockStrip } from "../../../server/devices/demo/clock-strip.ts";

/** One frame as it came out of the browser's decoder, or was painted. */
export interface FrameReading {
	/** When, milliseconds since the Unix epoch. */
	readonly at: number;
	/** Luma in the middle of each cell of the clock strip at the frame's top left, 0..255. */
	readonly luma: readonly number[];
}

/**
 * For each new time that the clock strip showed, how long after it was drawn its first frame came, ms. The strip
 * tells whole milliseconds, so delays are half a millisecond too long on average. Strips caught half-drawn are left out.
 */
export function clockDelays(readings: readonly FrameReading[]): number[] {
	return clockReadings(readings).map(({ delay }) => delay);
}

/** A frame that showed a new time: when it came, and how long after the time was drawn, ms. */
export interface ClockReading {
	readonly at: number;
	readonly delay: number;
}

/** The readings behind `clockDelays`. */
export function clockReadings(readings: readonly FrameReading[]): ClockReading[] {
	const found: ClockReading[] = [];
	let shown: number | undefined;
	for (const { at, luma } of readings) {
		const drawn = readClockStrip(luma);
		if (drawn === undefined || drawn === shown) continue;
		shown = drawn;
		found.push({ at, delay: sinceDrawn(at, drawn) });
	}
	return found;
}

/**
 * How long after `end` (ms since the Unix epoch) the screen was up to date again: until the first frame that came
 * since and was at most `delay` ms old. Absent when there was none.
 */
export function recoveryTime(
	readings: readonly ClockReading[],
	end: number,
	delay: number,
): number | undefined {
	const fresh = readings.find((reading) => reading.at >= end && reading.delay <= delay);
	return fresh && fresh.at - end;
}

/**
 * For each press (ms since the Unix epoch, in order), how long until the first frame whose top left corner had the
 * other brightness, ms. A press whose flip is not seen before the next press is left out.
 */
export function flipDelays(presses: readonly number[], readings: readonly FrameReading[]): number[] {
	const delays: number[] = [];
	for (const [index, pressed] of presses.entries()) {
		const next = presses[index + 1] ?? Number.POSITIVE_INFINITY;
		const before = readings.findLast(({ at }) => at <= pressed);
		if (!before) continue;
		const flipped = readings.find(
			({ at, luma }) => at > pressed && at < next && isLight(luma) !== isLight(before.luma),
		);
		if (flipped) delays.push(flipped.at - pressed);
	}
	return delays;
}

/** Between the lumas of the echo window's two colours, about 58 and 166. */
function isLight(luma: readonly number[]): boolean {
	return (luma[0] ?? 0) >= 112;
}

/** The strip's value wraps; no delay is as long as half a turn. */
function sinceDrawn(at: number, drawn: number): number {
	const { modulus } = clockStrip;
	const difference = (((at - drawn) % modulus) + modulus) % modulus;
	return difference < modulus / 2 ? difference : difference - modulus;
}
