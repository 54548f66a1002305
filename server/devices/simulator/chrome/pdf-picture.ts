import { type Canvas, createCanvas, ImageData } from "@napi-rs/canvas";
import type { Pixels } from "../../../native/addon.ts";
import type { SimulatorAddon } from "../../../native/simulator.ts";
import { withNativeErrors } from "../../native-errors.ts";

/** Largest side of a picture, pixels. */
const MOST = 8192;

/** Draws the first page of a PDF, in pixels a point. Throws PortholeError `unreadable-pdf`. */
export function drawPdf(renderPdf: SimulatorAddon["renderPdf"], path: string, scale: number): Canvas {
	return canvasOf(withNativeErrors(() => renderPdf(path, scale)));
}

/** RGBA with premultiplied alpha, as renderers give it, on a canvas. */
export function canvasOf({ width, height, data }: Pixels): Canvas {
	const [columns, rows] = [Math.min(width, MOST), Math.min(height, MOST)];
	const straight = new Uint8ClampedArray(columns * rows * 4);
	for (let row = 0; row < rows; row++) {
		for (let column = 0; column < columns; column++) {
			const from = (row * width + column) * 4;
			const to = (row * columns + column) * 4;
			const alpha = data[from + 3] ?? 0;
			if (alpha === 0) continue;
			for (let channel = 0; channel < 3; channel++)
				straight[to + channel] = ((data[from + channel] ?? 0) * 255) / alpha;
			straight[to + 3] = alpha;
		}
	}
	const canvas = createCanvas(columns, rows);
	canvas.getContext("2d").putImageData(new ImageData(straight, columns, rows), 0, 0);
	return canvas;
}
