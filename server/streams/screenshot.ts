import { createCanvas, ImageData, loadImage } from "@napi-rs/canvas";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import { type FrameFeed, type FrameImage, type FrameMaker, openFrames } from "./frames.ts";

/** Longest wait for a frame, ms. */
export const FRAME_WITHIN = 2_000;

export interface ScreenshotOptions {
	readonly type: ImageType;
	/** Of JPEG, 0..1. */
	readonly quality: number;
	/** Whole divisor of width and height, 1..4. */
	readonly scale: number;
}

/** The screen as it is now. Throws PortholeError `no-frame` when none came within two seconds. */
export async function takeScreenshot(
	feed: FrameFeed,
	maker: FrameMaker,
	{ type, quality, scale }: ScreenshotOptions,
): Promise<CompressedImage> {
	const frames = openFrames(feed, maker, scale);
	let late = false;
	const cancel = maker.clock.after(FRAME_WITHIN, () => {
		late = true;
		frames.close();
	});
	try {
		return await compress(await frames.next(), type, quality);
	} catch (cause) {
		if (!late) throw cause;
		const words = `No frame came within ${FRAME_WITHIN / 1000} s; is the device on?`;
		throw new PortholeError("no-frame", words, { cause });
	} finally {
		cancel();
		frames.close();
	}
}

export type ImageType = "image/jpeg" | "image/png";

/** A compressed frame. */
export interface CompressedImage {
	readonly type: ImageType;
	readonly data: Uint8Array;
}

/** Compresses a frame on another thread; `quality` 0..1 is of JPEG. One that is a JPEG already stays as it is. */
export async function compress(
	frame: FrameImage,
	type: ImageType,
	quality: number,
): Promise<CompressedImage> {
	if (frame.type === "jpeg" && type === "image/jpeg") return { type, data: frame.data };
	const canvas = await drawn(frame);
	const data =
		type === "image/jpeg"
			? await canvas.encode("jpeg", Math.round(Math.min(Math.max(quality, 0), 1) * 100))
			: await canvas.encode("png");
	return { type, data };
}

async function drawn(frame: FrameImage) {
	if (frame.type === "jpeg") {
		const image = await loadImage(frame.data);
		const canvas = createCanvas(image.width, image.height);
		canvas.getContext("2d").drawImage(image, 0, 0);
		return canvas;
	}
	const { width, height, data } = frame;
	const canvas = createCanvas(width, height);
	const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset, width * height * 4);
	canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
	return canvas;
}
