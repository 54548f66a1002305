import { createCanvas, ImageData } from "@napi-rs/canvas";
import type { Pixels } from "../native/addon.ts";
import type { Screenshot } from "./provider.ts";

/** Greatest width of a screenshot, pixels: it is shown on a card. */
export const SCREENSHOT_WIDTH = 480;

const JPEG_QUALITY = 80;

/** BGRA pixels as a JPEG of at most `widest` pixels across. */
export function encodeScreenshot(pixels: Pixels, widest: number): Screenshot {
	const small = shrink(pixels, widest);
	const canvas = createCanvas(small.width, small.height);
	canvas.getContext("2d").putImageData(new ImageData(small.data, small.width, small.height), 0, 0);
	return { type: "image/jpeg", data: canvas.encodeSync("jpeg", JPEG_QUALITY) };
}

/** RGBA pixels, rows tightly packed. */
interface RgbaImage {
	readonly width: number;
	readonly height: number;
	readonly data: Uint8ClampedArray;
}

/** Scales BGRA pixels down to at most `widest` across: each new pixel is the mean of those it covers. */
export function shrink({ width, height, data }: Pixels, widest: number): RgbaImage {
	const newWidth = Math.max(1, Math.min(width, widest));
	const newHeight = Math.max(1, Math.round((height * newWidth) / width));
	const result = new Uint8ClampedArray(newWidth * newHeight * 4);
	const columns = Array.from({ length: newWidth + 1 }, (_, column) =>
		Math.floor((column * width) / newWidth),
	);
	for (let row = 0; row < newHeight; row++) {
		const top = Math.floor((row * height) / newHeight);
		const bottom = Math.max(top + 1, Math.floor(((row + 1) * height) / newHeight));
		for (let column = 0; column < newWidth; column++) {
			const left = columns[column] ?? 0;
			const right = Math.max(left + 1, columns[column + 1] ?? width);
			let red = 0;
			let green = 0;
			let blue = 0;
			for (let y = top; y < bottom; y++) {
				for (let at = (y * width + left) * 4; at < (y * width + right) * 4; at += 4) {
					blue += data[at] ?? 0;
					green += data[at + 1] ?? 0;
					red += data[at + 2] ?? 0;
				}
			}
			const count = (bottom - top) * (right - left);
			const to = (row * newWidth + column) * 4;
			result[to] = red / count;
			result[to + 1] = green / count;
			result[to + 2] = blue / count;
			result[to + 3] = 255;
		}
	}
	return { width: newWidth, height: newHeight, data: result };
}
