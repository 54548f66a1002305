import type { Size } from "../../../signaling/protocol/device.ts";

/** How the screen fills the stage: as large as fits, at its natural size, or covering all of it. */
export type FitMode = "fit" | "actual" | "fill";

export const fitModes: readonly FitMode[] = ["fit", "actual", "fill"];

/** Input of the layout. */
export interface Room {
	/** Room for the screen itself, CSS pixels. */
	readonly stage: Size;
	/** The picture, device pixels. */
	readonly pixels: Size;
	/** The device's natural size, CSS pixels. */
	readonly points: Size;
	/** Screen pixels for one CSS pixel. */
	readonly density: number;
}

/** A place on the device, 0..1 each way from the top left. */
export interface Place {
	readonly x: number;
	readonly y: number;
}

/**
 * The full size of a frame: the device's size if the frame is exactly half of it, as in the small rendition, upright or
 * turned; otherwise the frame's own.
 */
export function fullSize(picture: Size, device: Size): Size {
	const turned = { width: device.height, height: device.width };
	return [device, turned].find((size) => isHalf(picture, size)) ?? picture;
}

function isHalf(picture: Size, { width, height }: Size): boolean {
	return picture.width === halfSide(width) && picture.height === halfSide(height);
}

/** Half a side, rounded down to even. */
function halfSide(side: number): number {
	return Math.floor(side / 4) * 2;
}

/** Share of the room that may be given up so that device pixels fall on whole screen pixels. */
const SNAP = 0.08;

/** Size of the screen on the page, CSS pixels. */
export function screenSize(mode: FitMode, { stage, pixels, points, density }: Room): Size {
	if (mode === "actual") return points;
	const across = stage.width / pixels.width;
	const down = stage.height / pixels.height;
	if (mode === "fill") return scaled(pixels, Math.max(across, down));
	return scaled(pixels, snapped(Math.min(across, down) * density) / density);
}

/** The integer scale just below, if it is close enough; else the scale itself. */
function snapped(scale: number): number {
	const whole = Math.floor(scale);
	return whole >= 1 && scale <= whole * (1 + SNAP) ? whole : scale;
}

function scaled(size: Size, scale: number): Size {
	return { width: size.width * scale, height: size.height * scale };
}

/** Turns a place on the page into one on the device; places outside go to the nearest edge. */
export function placeOn(screen: DOMRectReadOnly, clientX: number, clientY: number): Place {
	return {
		x: fraction(clientX - screen.left, screen.width),
		y: fraction(clientY - screen.top, screen.height),
	};
}

function fraction(distance: number, length: number): number {
	return length > 0 ? Math.min(1, Math.max(0, distance / length)) : 0;
}
