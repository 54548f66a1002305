import type { Size } from "../../signaling/protocol/device.ts";
import { type Turn, turnedSize } from "./picture-turn.ts";

/** Draws a picture of a size, turned, over all of a canvas, which takes that size. */
export function drawTurned(
	canvas: HTMLCanvasElement,
	picture: CanvasImageSource,
	size: Size,
	turn: Turn,
): void {
	const { width, height } = turnedSize(size, turn);
	canvas.width = width;
	canvas.height = height;
	const context = canvas.getContext("2d");
	context?.translate(width / 2, height / 2);
	context?.rotate((turn * Math.PI) / 180);
	context?.drawImage(picture, -size.width / 2, -size.height / 2);
}
