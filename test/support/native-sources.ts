import type {
	NativeEnd,
	PixelSource,
	PixelSourceOptions,
	X11Source,
	X11SourceOptions,
} from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { AccessUnitLog } from "./access-unit-log.ts";

/** A change that costs few bits is coded once and three times again, see PicturePacer. */
export const UNITS_A_CHANGE = 4;

/** Size of the frames that a frame encoder started here takes. */
export const WIDTH = 320;
export const HEIGHT = 240;

const open: { close(): void }[] = [];

/** Closes everything that was started here; for `afterEach`. */
export function closeSources(): void {
	for (const source of open.splice(0)) source.close();
}

/** A pixel source of 320x240 BGRA with openh264, what it gave, and why it ended. */
export function startPixelSource(options: Partial<PixelSourceOptions> = {}) {
	const log = new AccessUnitLog();
	const ends: NativeEnd[] = [];
	const encoder: PixelSource = new (loadAddon().PixelSource)({
		width: WIDTH,
		height: HEIGHT,
		format: "bgra",
		encoder: "openh264",
		bitrate: 2_000_000,
		frameRate: 60,
		onAccessUnit: log.add,
		onEnd: (end) => ends.push(end),
		...options,
	});
	open.push(encoder);
	return { encoder, log, units: log.units, ends };
}

/** A source of a display with openh264, what it gave, and why it ended. */
export function startX11Source(options: Partial<X11SourceOptions> & { display: string }) {
	const log = new AccessUnitLog();
	const ends: NativeEnd[] = [];
	const source: X11Source = new (loadAddon().X11Source)({
		encoder: "openh264",
		bitrate: 4_000_000,
		frameRate: 60,
		onAccessUnit: log.add,
		onEnd: (end) => ends.push(end),
		...options,
	});
	open.push(source);
	return { source, log, units: log.units, ends };
}

/** A frame of one colour, four bytes a pixel in the order given. */
export function filled(pixel: readonly number[], width = WIDTH, height = HEIGHT): Uint8Array {
	return new Uint8Array(width * height * 4).map((_, index) => pixel[index % 4] ?? 0);
}

/** Grey tiles at random, `tile` pixels wide; with one pixel it is noise that no encoder can make small. */
export function noise(seed: number, tile = 1): Uint8Array {
	const pixels = new Uint32Array(WIDTH * HEIGHT);
	let state = seed;
	for (let y = 0; y < HEIGHT; y += tile) {
		for (let x = 0; x < WIDTH; x += tile) {
			state = (state * 1_664_525 + 1_013_904_223) >>> 0;
			pixels.fill((state >>> 24) * 0x010101, y * WIDTH + x, y * WIDTH + x + tile);
		}
		for (let row = y + 1; row < y + tile; row++) pixels.copyWithin(row * WIDTH, y * WIDTH, (y + 1) * WIDTH);
	}
	return new Uint8Array(pixels.buffer);
}

/** The largest difference of any channel between two colours. */
export function colourDistance(actual: readonly number[], expected: readonly number[]): number {
	return Math.max(...expected.map((value, channel) => Math.abs((actual[channel] ?? 0) - value)));
}

/** The channels of 0xRRGGBB. */
export function rgb(colour: number): [number, number, number] {
	return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

/** Keeps JavaScript busy, so that nothing is taken from a source, until something has happened beside it. */
export function stallUntil(happened: () => boolean): void {
	const limit = performance.now() + 30_000;
	while (!happened()) {
		if (performance.now() > limit) throw new Error("it did not happen within 30 s");
		// Without taking the processor from whoever makes it happen.
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
	}
}
