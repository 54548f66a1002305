import type { Size } from "../../signaling/protocol/device.ts";

/** The part of a WheelEvent that is used. */
export interface WheelLike {
	readonly deltaX: number;
	readonly deltaY: number;
	readonly deltaMode: number;
	readonly shiftKey: boolean;
}

/** CSS pixels of a line, as browsers scroll. */
const LINE = 40;
/** Most that one message may scroll, device pixels; the host drops more. */
const MAX = 10_000;

/**
 * Turns a wheel event into device pixels: lines and pages become pixels, CSS pixels are scaled as the screen is, and
 * Shift turns a wheel that knows only one way sideways, as the browser itself does.
 *
 * @param shown Size of the screen on the page, CSS pixels.
 * @param pixels Size of the device's picture.
 */
export function scrollOf(event: WheelLike, shown: Size, pixels: Size): { dx: number; dy: number } {
	const [across, down] =
		event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
	const unit = (page: number) => (event.deltaMode === 1 ? LINE : event.deltaMode === 2 ? page : 1);
	return {
		dx: limited(across * unit(shown.width) * ratio(pixels.width, shown.width)),
		dy: limited(down * unit(shown.height) * ratio(pixels.height, shown.height)),
	};
}

function ratio(device: number, shown: number): number {
	return shown > 0 ? device / shown : 1;
}

function limited(distance: number): number {
	return Math.min(MAX, Math.max(-MAX, distance));
}
