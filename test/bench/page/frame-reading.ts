import { clockStrip, readClockStrip } from "../../../server/devices/demo/clock-strip.ts";

/** One picture as it came out of the browser's decoder, or was painted. */
export interface FrameReading {
	/** When, milliseconds since the Unix epoch. */
	readonly at: number;
	/** Luma in the middle of each cell of the clock strip at the picture's top left, 0..255. */
	readonly luma: readonly number[];
}

/**
 * For each new time that the clock strip showed, how long after it was drawn its first picture came, ms. The strip
 * tells whole milliseconds, so delays are half a millisecond too long on average. Strips caught half-drawn are left out.
 */
export function clockDelays(readings: readonly FrameReading[]): number[] {
	const delays: number[] = [];
	let shown: number | undefined;
	for (const { at, luma } of readings) {
		const drawn = readClockStrip(luma);
		if (drawn === undefined || drawn === shown) continue;
		shown = drawn;
		delays.push(sinceDrawn(at, drawn));
	}
	return delays;
}

/**
 * For each press (ms since the Unix epoch, in order), how long until the first picture whose top left corner had the
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
