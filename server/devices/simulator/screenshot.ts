import { type Canvas, createCanvas, ImageData, loadImage } from "@napi-rs/canvas";
import { messageOf } from "../../../signaling/protocol/errors.ts";
import type { Pixels } from "../../native/addon.ts";
import type { Screenshot } from "../provider.ts";
import { simulatorError } from "./errors.ts";

/** Width of a screenshot at most, pixels. */
const SCREENSHOT_WIDTH = 480;
const JPEG_QUALITY = 80;

/** A frame in whatever form canvas reads, as a small JPEG. Throws PortholeError `no-screenshot`. */
export async function screenshotOfImage(frame: Uint8Array): Promise<Screenshot> {
	return small(await decodeImage(frame));
}

/** BGRA pixels as a small JPEG. */
export function screenshotOfPixels({ width, height, data }: Pixels): Screenshot {
	const rgba = new Uint8ClampedArray(width * height * 4);
	for (let at = 0; at < rgba.length; at += 4) {
		rgba[at] = data[at + 2] ?? 0;
		rgba[at + 1] = data[at + 1] ?? 0;
		rgba[at + 2] = data[at] ?? 0;
		rgba[at + 3] = 255;
	}
	const canvas = createCanvas(width, height);
	canvas.getContext("2d").putImageData(new ImageData(rgba, width, height), 0, 0);
	return small(canvas);
}

/** A JPEG or PNG, decoded. Throws PortholeError `no-screenshot`. */
export async function decodeImage(frame: Uint8Array): Promise<Canvas> {
	try {
		const image = await loadImage(Buffer.from(frame));
		const canvas = createCanvas(image.width, image.height);
		canvas.getContext("2d").drawImage(image, 0, 0);
		return canvas;
	} catch (cause) {
		throw simulatorError(
			"no-screenshot",
			`The simulator's picture could not be read: ${messageOf(cause)}.`,
			cause,
		);
	}
}

function small(frame: Canvas): Screenshot {
	const width = Math.min(frame.width, SCREENSHOT_WIDTH);
	const height = Math.max(1, Math.round((frame.height * width) / frame.width));
	const canvas = createCanvas(width, height);
	const context = canvas.getContext("2d");
	context.imageSmoothingQuality = "high";
	context.drawImage(frame, 0, 0, width, height);
	return { type: "image/jpeg", data: canvas.encodeSync("jpeg", JPEG_QUALITY) };
}
