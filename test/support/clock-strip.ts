import type { DecodedFrame } from "./decoded-frame.ts";

const CELL = 8;
const SYNC_CELLS = 4;
const BITS = 24;

/** The strip's values wrap after so many milliseconds. */
export const CLOCK_PERIOD_MS = 2 ** BITS;

/**
 * What the clock strip at a frame's top left says, ms since the epoch modulo 2^24; undefined when there is none that
 * adds up. Its layout is described in test/native/screen-client/clock-strip.h.
 */
export function readClockStrip(frame: DecodedFrame): number | undefined {
	const row = (CELL / 2) * frame.width;
	const cells = Array.from(
		{ length: SYNC_CELLS + 2 * BITS },
		(_, cell) => frame.y[row + cell * CELL + CELL / 2] ?? 0,
	);
	const middle = cells.slice(0, SYNC_CELLS).reduce((sum, luma) => sum + luma, 0) / SYNC_CELLS;
	const text = cells.map((luma) => (luma > middle ? "1" : "0")).join("");
	const [sync, bits, inverted] = [text.slice(0, 4), text.slice(4, 28), text.slice(28)];
	const value = Number.parseInt(bits, 2);
	const adds = value + Number.parseInt(inverted, 2) === CLOCK_PERIOD_MS - 1;
	return sync === "1010" && adds ? value : undefined;
}
