/**
 * A clock that a program can read from video: black and white cells in one row at the top left of the screen. It
 * survives lossy 4:2:0 coding, as a cell is larger than a chroma sample and a transform block.
 *
 * | cells | content |
 * |---|---|
 * | 0..3 | white, black, white, black: tells that a strip is there |
 * | 4..27 | milliseconds since the Unix epoch modulo 2^24, most significant bit first, white is 1 |
 * | 28..51 | the complement of the same bits, to find what was misread |
 *
 * To read it, take the mean luma of the middle of each cell (4×4 pixels are enough, or one pixel where the frame is
 * sharp); 128 and more is white. See `readClockStrip`.
 */
export const clockStrip = {
	/** Side of a cell, device pixels. */
	cell: 12,
	cells: 52,
	/** Values wrap after this many milliseconds, about 4.7 hours. */
	modulus: 2 ** 24,
} as const;

const SYNC = [true, false, true, false];
const BITS = 24;

/** The cells that show a time (ms since the Unix epoch), left to right; true is white. */
export function clockStripCells(time: number): boolean[] {
	const value = Math.floor(time) % clockStrip.modulus;
	const bits = Array.from({ length: BITS }, (_, index) => ((value >> (BITS - 1 - index)) & 1) === 1);
	return [...SYNC, ...bits, ...bits.map((bit) => !bit)];
}

/** The time in a strip (ms modulo 2^24), or undefined when this is no intact strip. `luma` has 0..255 for each cell. */
export function readClockStrip(luma: ArrayLike<number>): number | undefined {
	if (luma.length < clockStrip.cells) return undefined;
	const white = (cell: number) => (luma[cell] ?? 0) >= 128;
	if (SYNC.some((expected, cell) => white(cell) !== expected)) return undefined;
	let value = 0;
	for (let bit = 0; bit < BITS; bit++) {
		const set = white(SYNC.length + bit);
		if (set === white(SYNC.length + BITS + bit)) return undefined;
		value = value * 2 + Number(set);
	}
	return value;
}

/** Writes the strip for a time into a frame of 32-bit pixels, `stride` bytes a row. */
export function drawClockStrip(pixels: Uint8Array, stride: number, time: number): void {
	const cells = clockStripCells(time);
	const row = pixels.subarray(0, clockStrip.cells * clockStrip.cell * 4);
	for (const [index, white] of cells.entries()) {
		const left = index * clockStrip.cell * 4;
		row.fill(white ? 255 : 0, left, left + clockStrip.cell * 4);
		for (let x = left + 3; x < left + clockStrip.cell * 4; x += 4) row[x] = 255;
	}
	for (let y = 1; y < clockStrip.cell; y++) pixels.set(row, y * stride);
}
