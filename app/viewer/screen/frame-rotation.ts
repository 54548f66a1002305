import type { DeviceDescription, Rotation, Size } from "../../../signaling/protocol/device.ts";
import type { Place } from "./geometry.ts";

/** Degrees clockwise by which a frame is turned on the page. */
export type Turn = 0 | Rotation;

/** A movement on a screen, in any unit. */
interface Movement {
	readonly dx: number;
	readonly dy: number;
}

/**
 * By how much a frame of a device is turned to be seen as the device is held. One that is landscape where the device's
 * own are portrait, or the other way round, was turned already: a screenshot that comes another way, or a frame that is
 * older than the description.
 */
export function rotationOf(frame: Size, device: Pick<DeviceDescription, "pixels" | "rotation">): Turn {
	const { pixels, rotation = 0 } = device;
	const quarter = rotation === 90 || rotation === 270;
	return quarter && isLandscape(frame) !== isLandscape(pixels) ? 0 : rotation;
}

/** By how much a screenshot is turned to match the device's frames before those are turned for display. */
export function screenshotRotation(
	screenshot: Size,
	device: Pick<DeviceDescription, "pixels" | "rotation">,
): Turn {
	const turn = rotationOf(device.pixels, device);
	return rotationOf(screenshot, device) === turn ? 0 : inverse(turn);
}

function isLandscape({ width, height }: Size): boolean {
	return width > height;
}

/** The turn that undoes another. */
export function inverse(turn: Turn): Turn {
	return turn === 0 ? 0 : ((360 - turn) as Rotation);
}

/** A size once it is turned. */
export function rotatedSize({ width, height }: Size, turn: Turn): Size {
	return turn === 90 || turn === 270 ? { width: height, height: width } : { width, height };
}

/** Where a place of the frame, 0..1 each way, is seen. */
export function toPagePlace({ x, y }: Place, turn: Turn): Place {
	switch (turn) {
		case 0:
			return { x, y };
		case 90:
			return { x: 1 - y, y: x };
		case 180:
			return { x: 1 - x, y: 1 - y };
		case 270:
			return { x: y, y: 1 - x };
	}
}

/** Which place of the frame is seen at a place, 0..1 each way. */
export function toFramePlace(seen: Place, turn: Turn): Place {
	return toPagePlace(seen, inverse(turn));
}

/** Which movement on the frame is seen as a movement on the page. */
export function toFrameMovement({ dx, dy }: Movement, turn: Turn): Movement {
	switch (turn) {
		case 0:
			return { dx, dy };
		case 90:
			return { dx: dy, dy: 0 - dx };
		case 180:
			return { dx: 0 - dx, dy: 0 - dy };
		case 270:
			return { dx: 0 - dy, dy: dx };
	}
}

/** The edge of a frame, as CSS names it, that is seen as the upper one. */
export function upperEdge(turn: Turn): "top" | "left" | "bottom" | "right" {
	return ({ 0: "top", 90: "left", 180: "bottom", 270: "right" } as const)[turn];
}

/** CSS that turns a child at the upper left of a size container (`container-type: size`). */
interface TurnedStyle {
	readonly width: string;
	readonly height: string;
	readonly transform?: string;
}

/** CSS for a child that fills its container once it is turned around its upper left corner. */
export function turnedStyle(turn: Turn): TurnedStyle {
	switch (turn) {
		case 0:
			return { width: "100%", height: "100%" };
		case 90:
			return { width: "100cqh", height: "100cqw", transform: "translateX(100cqw) rotate(90deg)" };
		case 180:
			return { width: "100%", height: "100%", transform: "translate(100cqw, 100cqh) rotate(180deg)" };
		case 270:
			return { width: "100cqh", height: "100cqw", transform: "translateY(100cqh) rotate(270deg)" };
	}
}

/** Draws an image, turned, on a canvas that takes the size of the result. */
export function drawTurned(
	canvas: HTMLCanvasElement,
	picture: CanvasImageSource,
	size: Size,
	turn: Turn,
): void {
	const { width, height } = rotatedSize(size, turn);
	canvas.width = width;
	canvas.height = height;
	const context = canvas.getContext("2d");
	context?.translate(width / 2, height / 2);
	context?.rotate((turn * Math.PI) / 180);
	context?.drawImage(picture, -size.width / 2, -size.height / 2);
}
