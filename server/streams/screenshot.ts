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

/** How long a screenshot is given to others who want the same, ms. */
const FRESH_FOR = 100;
/** Screenshots of one device that are made at a time, and those that wait for their turn. */
const MAX_MAKING = 2;
const MAX_WAITING = 32;
/** How far qualities may lie apart that are made as one, 0..1. */
const QUALITY_STEP = 0.05;

/** Screenshots of one device: what several want at a time is made once, and no number of askers makes it cost more. */
export class SharedScreenshots {
	readonly #maker: FrameMaker;
	readonly #made = new Map<string, Promise<CompressedImage>>();
	readonly #waiting: (() => void)[] = [];
	#making = 0;

	constructor(maker: FrameMaker) {
		this.#maker = maker;
	}

	/** Throws PortholeError as `takeScreenshot` does, or `too-fast`. */
	take(feed: FrameFeed, { type, scale, quality }: ScreenshotOptions): Promise<CompressedImage> {
		const step = Math.round(quality / QUALITY_STEP);
		const key = `${type} ${scale} ${step}`;
		const known = this.#made.get(key);
		if (known) return known;
		const making = this.#make(() =>
			takeScreenshot(feed, this.#maker, { type, scale, quality: step * QUALITY_STEP }),
		);
		this.#made.set(key, making);
		making.then(
			() => this.#maker.clock.after(FRESH_FOR, () => this.#made.delete(key)),
			() => this.#made.delete(key),
		);
		return making;
	}

	async #make(make: () => Promise<CompressedImage>): Promise<CompressedImage> {
		if (this.#making >= MAX_MAKING) {
			if (this.#waiting.length >= MAX_WAITING) {
				const words = "Too many screenshots of this device are being made. Try again in a moment.";
				throw new PortholeError("too-fast", words);
			}
			await new Promise<void>((turn) => this.#waiting.push(turn));
		}
		this.#making++;
		try {
			return await make();
		} finally {
			this.#making--;
			this.#waiting.shift()?.();
		}
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
