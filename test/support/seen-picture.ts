import { createCanvas, loadImage } from "@napi-rs/canvas";

export type Colour = [number, number, number];
export const RED: Colour = [220, 40, 30];
export const TEAL: Colour = [20, 160, 140];
export const BLACK: Colour = [0, 0, 0];

/** Size of a compressed picture, and its colour at a place (0..1), the middle when none is told. */
export async function look(
	data: Uint8Array,
	{ x, y } = { x: 0.5, y: 0.5 },
): Promise<{ size: [number, number]; colour: number[] }> {
	const image = await loadImage(data);
	const canvas = createCanvas(image.width, image.height);
	const context = canvas.getContext("2d");
	context.drawImage(image, 0, 0);
	const { data: pixel } = context.getImageData(image.width * x, image.height * y, 1, 1);
	return { size: [image.width, image.height], colour: [...pixel.slice(0, 3)] };
}

/** A small JPEG of one colour, as a device's still is. */
export function screenshot(colour: Colour): Buffer {
	const canvas = createCanvas(32, 24);
	const context = canvas.getContext("2d");
	context.fillStyle = `rgb(${colour.join(",")})`;
	context.fillRect(0, 0, 32, 24);
	return canvas.encodeSync("jpeg", 90);
}
