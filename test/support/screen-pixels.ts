import type { Frame, Page } from "playwright";
import { readClockStrip } from "../../server/devices/demo/clock-strip.ts";

/** Side of a clock strip's cell, device pixels: as `test/native/screen-client/clock-strip.h` and the demo draw it. */
export const STRIP_CELL = { x11: 8, demo: 12 } as const;

const STRIP_CELLS = 52;
const STRIP_MODULUS = 2 ** 24;

/** Red, green and blue, 0..255. */
export type Colour = readonly [number, number, number];

/** A place in the device's frame, pixels. */
export interface Pixel {
	readonly x: number;
	readonly y: number;
}

/**
 * Colours of the frame that the page's video shows now, at places in device pixels. Undefined while it shows none.
 */
export async function readPixels(
	page: Page | Frame,
	places: readonly Pixel[],
): Promise<Colour[] | undefined> {
	return page.evaluate((wanted) => {
		const video = document.querySelector<HTMLVideoElement>("video[data-testid=screen]");
		if (!video || video.readyState < 2 || video.videoWidth === 0) return undefined;
		// Only the part that holds the places: this is asked for many times a second.
		const whole = wanted.map(({ x, y }) => ({ x: Math.floor(x), y: Math.floor(y) }));
		const [left, top] = [Math.min(...whole.map(({ x }) => x)), Math.min(...whole.map(({ y }) => y))];
		const width = Math.max(...whole.map(({ x }) => x)) - left + 1;
		const height = Math.max(...whole.map(({ y }) => y)) - top + 1;
		const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
		if (!context) return undefined;
		context.drawImage(video, -left, -top);
		const { data } = context.getImageData(0, 0, width, height);
		return whole.map(({ x, y }): [number, number, number] => {
			const at = ((y - top) * width + x - left) * 4;
			return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
		});
	}, places);
}

export async function readPixel(page: Page, place: Pixel): Promise<Colour | undefined> {
	return (await readPixels(page, [place]))?.[0];
}

/** The clock in the frame: ms since the Unix epoch modulo 2^24; undefined when there is no intact strip. */
export async function readClock(page: Page | Frame, cell: number): Promise<number | undefined> {
	const middles = Array.from({ length: STRIP_CELLS }, (_, index) => ({
		x: index * cell + cell / 2,
		y: cell / 2,
	}));
	const colours = await readPixels(page, middles);
	return colours && readClockStrip(colours.map(([, green]) => green));
}

/** How long ago a clock's value was the time, ms; negative when it is yet to come. */
export function clockAge(value: number, now = Date.now()): number {
	const age = (((now - value) % STRIP_MODULUS) + STRIP_MODULUS) % STRIP_MODULUS;
	return age < STRIP_MODULUS / 2 ? age : age - STRIP_MODULUS;
}

/** Size of the frame that the page's video shows, device pixels. */
export async function frameSize(page: Page): Promise<{ width: number; height: number }> {
	return page.getByTestId("screen").evaluate((video: HTMLVideoElement) => ({
		width: video.videoWidth,
		height: video.videoHeight,
	}));
}

/** The greatest difference between two colours in one of their three parts. */
export function colourDistance(one: Colour | undefined, other: Colour): number {
	return one ? Math.max(...one.map((part, index) => Math.abs(part - (other[index] ?? 0)))) : Infinity;
}

/** A colour written as 0xRRGGBB. */
export function colourOf(rgb: number): Colour {
	return [(rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255];
}
