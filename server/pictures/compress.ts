import { createCanvas, ImageData, loadImage } from "@napi-rs/canvas";
import type { Picture } from "./picture-feed.ts";

export type ImageType = "image/jpeg" | "image/png";

/** A compressed picture. */
export interface CompressedImage {
	readonly type: ImageType;
	readonly data: Uint8Array;
}

/** Compresses a picture on another thread; `quality` 0..1 is of JPEG. One that is a JPEG already stays as it is. */
export async function compress(picture: Picture, type: ImageType, quality: number): Promise<CompressedImage> {
	if (picture.type === "jpeg" && type === "image/jpeg") return { type, data: picture.data };
	const canvas = await drawn(picture);
	const data =
		type === "image/jpeg"
			? await canvas.encode("jpeg", Math.round(Math.min(Math.max(quality, 0), 1) * 100))
			: await canvas.encode("png");
	return { type, data };
}

async function drawn(picture: Picture) {
	if (picture.type === "jpeg") {
		const image = await loadImage(picture.data);
		const canvas = createCanvas(image.width, image.height);
		canvas.getContext("2d").drawImage(image, 0, 0);
		return canvas;
	}
	const { width, height, data } = picture;
	const canvas = createCanvas(width, height);
	const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset, width * height * 4);
	canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
	return canvas;
}
