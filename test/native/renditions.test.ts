import { afterEach, describe, expect, test } from "vitest";
import type { EncoderName, NativeAccessUnit } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { type DecodedFrame, decode, lastFrame } from "../support/decoded-frame.ts";
import { filmFrame, textPage } from "../support/drawn-content.ts";
import { closeSources, filled, startPixelSource } from "../support/native-sources.ts";

const MAIN = { bitrate: 4_000_000, frameRate: 60 };
const SMALL = { bitrate: 1_000_000, frameRate: 30 };

afterEach(closeSources);

const available = loadAddon()
	.encoders()
	.filter((encoder) => encoder.available)
	.map((encoder) => encoder.name);

const isSmall = (unit: NativeAccessUnit) => unit.rendition === "small";
const bytesOf = (units: readonly NativeAccessUnit[]) => units.map((unit) => unit.data);

/** Draws so many frames of a film, each as soon as the main rendition has the one before. */
async function film(
	{ encoder, units }: ReturnType<typeof startPixelSource>,
	size: readonly [number, number],
	count: number,
) {
	const main = () => units.filter((unit) => !isSmall(unit)).length;
	for (let number = 0; number < count; number++) {
		const before = main();
		encoder.encode(filmFrame(...size, number), size[0] * 4, [], Date.now());
		await expect.poll(main, { timeout: 10_000, interval: 1 }).toBeGreaterThan(before);
	}
}

/** Luma of a grey BGRA frame halved, each pixel the mean of four. */
function halvedLuma(pixels: Uint8Array, width: number, small: DecodedFrame): Float64Array {
	const luma = (x: number, y: number) => 16 + ((pixels[(y * width + x) * 4] ?? 0) * 219) / 255;
	return Float64Array.from({ length: small.width * small.height }, (_, index) => {
		const x = (index % small.width) * 2;
		const y = Math.floor(index / small.width) * 2;
		return (luma(x, y) + luma(x + 1, y) + luma(x, y + 1) + luma(x + 1, y + 1)) / 4;
	});
}

/** Peak signal-to-noise ratio, dB. */
function likeness(frame: DecodedFrame, expected: Float64Array): number {
	const squares = expected.reduce((sum, luma, index) => sum + ((frame.y[index] ?? 0) - luma) ** 2, 0);
	return 10 * Math.log10(255 ** 2 / (squares / expected.length));
}

describe.each(available)("the small rendition (%s)", (name: EncoderName) => {
	test("shows the same as the main one at half the size, sharp in the end, and what changes too", async () => {
		const [width, height] = [1286, 722];
		const { encoder, log, units } = startPixelSource({ ...MAIN, encoder: name, width, height });
		encoder.setSmallRate(SMALL);
		const page = textPage(width, height);
		encoder.encode(page, width * 4, [], Date.now());
		await log.until(2);
		await log.quiet();
		const small = units.filter(isSmall);
		expect(units.findIndex(isSmall)).toBeGreaterThan(0);
		expect(small[0]).toMatchObject({ keyframe: true, width: 642, height: 360 });
		const shown = lastFrame(bytesOf(small));
		expect(shown).toMatchObject({ width: 642, height: 360 });
		expect(likeness(shown, halvedLuma(page, width, shown))).toBeGreaterThan(36);

		const next = textPage(width, height, 2);
		const part = { x: 301, y: 99, width: 333, height: 205 };
		for (let y = part.y; y < part.y + part.height; y++) {
			const from = (y * width + part.x) * 4;
			page.set(next.subarray(from, from + part.width * 4), from);
		}
		const before = units.length;
		encoder.encode(page, width * 4, [part], Date.now());
		await log.until(before + 2);
		await log.quiet();
		const changed = lastFrame(bytesOf(units.filter(isSmall)));
		expect(likeness(changed, halvedLuma(page, width, changed))).toBeGreaterThan(36);
		expect(units.filter((unit) => isSmall(unit) && unit.keyframe)).toHaveLength(1);
		expect(decode(bytesOf(units.filter((unit) => !isSmall(unit)))).at(-1)).toMatchObject({ width, height });
	});

	test("has its own rate control: each keeps to its rate, and to a lower one within a few frames", async () => {
		const size = [640, 360] as const;
		const started = startPixelSource({ ...MAIN, encoder: name, width: size[0], height: size[1] });
		const { encoder, units } = started;
		encoder.setSmallRate(SMALL);
		/** As if each had come in time: rate control counts frames. */
		const rateOf = (some: readonly NativeAccessUnit[], frameRate: number) =>
			(some.reduce((sum, unit) => sum + unit.data.length, 0) * 8 * frameRate) / some.length;
		await film(started, size, 60);
		for (const [main, small] of [
			[4e6, 1e6],
			[1e6, 2.5e5],
		] as const) {
			encoder.setRate({ ...MAIN, bitrate: main });
			encoder.setSmallRate({ ...SMALL, bitrate: small });
			// The first frame after the change may have been on its way, and what is buffered drains.
			await film(started, size, 10);
			const from = units.length;
			await film(started, size, 50);
			const seen = units.slice(from);
			expect(
				rateOf(
					seen.filter((unit) => !isSmall(unit)),
					MAIN.frameRate,
				),
			).toBeLessThan(main * 1.2);
			expect(rateOf(seen.filter(isSmall), SMALL.frameRate)).toBeLessThan(small * 1.3);
			expect(seen.filter((unit) => unit.keyframe)).toEqual([]);
			// A lower rate makes frames coarser, not rare.
			expect(seen.filter(isSmall).length).toBeGreaterThan(50 * 0.3);
			const seconds = ((seen.at(-1)?.captureTime ?? 0) - (seen[0]?.captureTime ?? 0)) / 1000;
			expect(seen.filter(isSmall).length).toBeLessThanOrEqual(seconds * SMALL.frameRate + 3);
		}
	});

	test("costs nothing before it is wanted, and ends when it is not", async () => {
		const { encoder, log, units } = startPixelSource({ ...MAIN, encoder: name });
		encoder.encode(filled([10, 20, 30, 255]), 320 * 4, [], Date.now());
		await log.until(1);
		await log.quiet();
		expect(units.some(isSmall)).toBe(false);
		encoder.setSmallRate(SMALL);
		await expect.poll(() => units.filter(isSmall).length).toBeGreaterThan(0);
		await log.quiet();
		expect(encoder.stats().small).toMatchObject({ keyframes: 1, dropped: 0 });
		encoder.requestKeyframe("small");
		await expect.poll(() => encoder.stats().small.keyframes).toBe(2);
		expect(encoder.stats().keyframes).toBe(1);
		encoder.setSmallRate(undefined);
		await log.quiet();
		const before = units.length;
		encoder.requestKeyframe("small");
		encoder.encode(filled([90, 20, 30, 255]), 320 * 4, [], Date.now());
		await log.until(before + 1);
		await log.quiet();
		expect(units.slice(before).some(isSmall)).toBe(false);
	});
});

test("an encoder without a rate codes nothing, and goes on with a keyframe of the newest frame", async () => {
	const { encoder, log, units } = startPixelSource();
	encoder.encode(filled([0, 0, 0, 255]), 320 * 4, [], Date.now());
	await log.until(1);
	await log.quiet();
	encoder.setRate(undefined);
	const before = units.length;
	for (let shade = 0; shade < 30; shade++) {
		encoder.encode(filled([shade, shade, shade, 255]), 320 * 4, [], Date.now());
		encoder.requestKeyframe("main");
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
	encoder.encode(filled([255, 255, 255, 255]), 320 * 4, [], Date.now());
	await log.quiet();
	expect(units).toHaveLength(before);
	encoder.setRate(MAIN);
	await log.until(before + 1);
	const [first] = units.slice(before);
	expect(first?.keyframe).toBe(true);
	expect(decode([first?.data ?? new Uint8Array()])[0]?.y[0]).toBeGreaterThan(225);
});

test.each([["rendition", () => startPixelSource().encoder.requestKeyframe("tiny" as "small")]])(
	"a bad %s is refused",
	(_, call) => {
		expect(call).toThrow(expect.objectContaining({ code: "invalid-argument" }));
	},
);
