/** Rows of some letters of a 6x13 font, five pixels wide; the other rows of a cell are empty. */
const LETTERS = [
	[0x0e, 0x01, 0x0f, 0x11, 0x11, 0x0f],
	[0x0e, 0x11, 0x1f, 0x10, 0x11, 0x0e],
	[0x16, 0x19, 0x11, 0x11, 0x11, 0x11],
	[0x0e, 0x11, 0x11, 0x11, 0x11, 0x0e],
	[0x16, 0x19, 0x10, 0x10, 0x10, 0x10],
	[0x0e, 0x11, 0x0c, 0x02, 0x11, 0x0e],
	[0x1f, 0x02, 0x04, 0x08, 0x10, 0x1f],
];
const CELL = { width: 6, height: 13, top: 4 };
const PAPER = 0xfffafafa;
const INK = 0xff202020;

/** A page full of small text as BGRA, another for each seed: what costs an encoder most on a desktop. */
export function textPage(width: number, height: number, seed = 1): Uint8Array {
	const pixels = new Uint32Array(width * height).fill(PAPER);
	let state = seed;
	for (let y = 0; y + CELL.height <= height; y += CELL.height) {
		for (let x = 0; x + CELL.width <= width; x += CELL.width) {
			state = (state * 1_664_525 + 1_013_904_223) >>> 0;
			const letter = LETTERS[(state >>> 16) % (LETTERS.length + 1)];
			letter?.forEach((bits, row) => {
				const start = (y + CELL.top + row) * width + x;
				for (let column = 0; column < 5; column++) {
					if ((bits >> (4 - column)) & 1) pixels[start + column] = INK;
				}
			});
		}
	}
	return new Uint8Array(pixels.buffer);
}

/** Gradients and noise on the move as BGRA, as a film would be. */
export function filmFrame(width: number, height: number, number: number): Uint8Array {
	const pixels = new Uint32Array(width * height);
	let state = number;
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			state = (state * 1_664_525 + 1_013_904_223) >>> 0;
			const red = ((x + number * 5) >> 2) & 0x7f;
			const blue = ((y + number * 3) >> 2) & 0x7f;
			pixels[y * width + x] = ((red << 16) | (red << 8) | blue) + (state >>> 28) * 0x010101;
		}
	}
	return new Uint8Array(pixels.buffer);
}
