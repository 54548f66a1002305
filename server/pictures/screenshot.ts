import { PortholeError } from "../../signaling/protocol/errors.ts";
import { type CompressedImage, compress, type ImageType } from "./compress.ts";
import { type FrameMaker, openFrames } from "./open-pictures.ts";
import type { FrameFeed } from "./picture-feed.ts";

/** Longest wait for a picture, ms. */
export const PICTURE_WITHIN = 2_000;

export interface ScreenshotOptions {
	readonly type: ImageType;
	/** Of JPEG, 0..1. */
	readonly quality: number;
	/** Whole divisor of width and height, 1..4. */
	readonly scale: number;
}

/** The screen as it is now. Throws PortholeError `no-picture` when none came within two seconds. */
export async function takeScreenshot(
	feed: FrameFeed,
	maker: FrameMaker,
	{ type, quality, scale }: ScreenshotOptions,
): Promise<CompressedImage> {
	const pictures = openFrames(feed, maker, scale);
	let late = false;
	const cancel = maker.clock.after(PICTURE_WITHIN, () => {
		late = true;
		pictures.close();
	});
	try {
		return await compress(await pictures.next(), type, quality);
	} catch (cause) {
		if (!late) throw cause;
		const words = `No picture of the screen came within ${PICTURE_WITHIN / 1000} s; is the device on?`;
		throw new PortholeError("no-picture", words, { cause });
	} finally {
		cancel();
		pictures.close();
	}
}
