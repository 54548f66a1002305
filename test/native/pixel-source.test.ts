import { afterEach, describe, expect, test } from "vitest";
import type { PixelSourceOptions } from "../../server/native/addon.ts";
import { colourAt, decode } from "../support/decoded-frame.ts";
import {
	closeSources,
	colourDistance,
	filled,
	noise,
	stallUntil,
	startPixelSource,
	UNITS_A_CHANGE,
	WIDTH,
} from "../support/native-sources.ts";

afterEach(closeSources);

describe("changed rectangles", () => {
	test("carry exactly what they cover, at odd edges too", async () => {
		const { encoder, log } = startPixelSource();
		encoder.encode(filled([0, 0, 0, 255]), WIDTH * 4, [], Date.now());
		await log.until(1);
		// All white, but only a part of it is said to have changed.
		const white = filled([255, 255, 255, 255]);
		encoder.encode(white, WIDTH * 4, [{ x: 101, y: 51, width: 63, height: 33 }], Date.now());
		await log.until(UNITS_A_CHANGE + 1);
		const frames = decode(log.bytes);
		const last = frames.at(-1);
		expect(last).toBeDefined();
		if (last === undefined) return;
		expect(colourDistance(colourAt(last, 132, 67), [255, 255, 255])).toBeLessThan(8);
		expect(colourDistance(colourAt(last, 80, 67), [0, 0, 0])).toBeLessThan(8);
		expect(colourDistance(colourAt(last, 132, 100), [0, 0, 0])).toBeLessThan(8);
	});

	test("of a frame that was replaced while waiting are not lost", async () => {
		const { encoder, log } = startPixelSource({ frameRate: 5 });
		encoder.encode(filled([0, 0, 0, 255]), WIDTH * 4, [], Date.now());
		await log.until(1);
		const white = filled([255, 255, 255, 255]);
		encoder.encode(white, WIDTH * 4, [{ x: 0, y: 0, width: 32, height: 32 }], Date.now());
		encoder.encode(white, WIDTH * 4, [{ x: 288, y: 208, width: 32, height: 32 }], Date.now());
		await log.until(2);
		const last = decode(log.bytes).at(-1);
		if (last === undefined) return expect.unreachable();
		expect(colourDistance(colourAt(last, 8, 8), [255, 255, 255])).toBeLessThan(8);
		expect(colourDistance(colourAt(last, 310, 230), [255, 255, 255])).toBeLessThan(8);
		expect(encoder.stats().captured).toBe(2);
	});

	test("may reach over the edge", async () => {
		const { encoder, log } = startPixelSource();
		encoder.encode(filled([0, 0, 0, 255]), WIDTH * 4, [{ x: 300, y: 200, width: 800, height: 800 }], 1);
		await log.until(1);
	});
});

test("never codes more frames a second than asked for", async () => {
	const { encoder, units } = startPixelSource({ frameRate: 20 });
	const began = performance.now();
	for (let frame = 0; units.length < 12; frame++) {
		encoder.encode(filled([frame % 256, 0, 0, 0]), WIDTH * 4, [], Date.now());
		await new Promise((resolve) => setTimeout(resolve, 4));
	}
	// The first is due at once, and one may be half an interval ahead.
	expect(performance.now() - began).toBeGreaterThan(50 * 10);
});

test("drops when JavaScript does not keep up, and goes on with a keyframe of the newest frame", async () => {
	const { encoder, log, units } = startPixelSource({ frameRate: 240 });
	encoder.encode(filled([0, 0, 0, 255]), WIDTH * 4, [], Date.now());
	await log.until(UNITS_A_CHANGE);
	let frame = 0;
	stallUntil(() => {
		encoder.encode(noise(frame++), WIDTH * 4, [], Date.now());
		return encoder.stats().dropped > 0;
	});
	encoder.encode(filled([200, 100, 30, 255]), WIDTH * 4, [], Date.now());
	expect(units).toHaveLength(UNITS_A_CHANGE);
	await expect.poll(() => units.filter((unit) => unit.keyframe).length).toBe(2);
	const frames = decode(log.bytes);
	const last = frames.at(-1);
	if (last) expect(colourDistance(colourAt(last, 100, 100), [30, 100, 200])).toBeLessThan(8);
});

test("a callback may close its own encoder", async () => {
	let calls = 0;
	const { encoder } = startPixelSource({
		onAccessUnit: () => {
			calls++;
			encoder.close();
		},
	});
	encoder.encode(noise(1), WIDTH * 4, [], Date.now());
	await expect.poll(() => calls).toBe(1);
	encoder.encode(noise(2), WIDTH * 4, [], Date.now());
	encoder.requestKeyframe("main");
	expect(encoder.stats().encoded).toBeGreaterThan(0);
	expect(calls).toBe(1);
});

describe("bad arguments are refused:", () => {
	test.each<[string, Record<string, unknown>, string]>([
		["an unknown encoder", { encoder: "vp8" }, "encoder-unknown"],
		["an unknown format", { format: "yuv" }, "invalid-argument"],
		["no bitrate", { bitrate: undefined }, "invalid-argument"],
		["a frame rate that is no number", { frameRate: Number.NaN }, "invalid-argument"],
		["no frames at all", { frameRate: 0 }, "invalid-argument"],
		["a width of nothing", { width: 0 }, "invalid-argument"],
		["half a pixel", { height: 99.5 }, "invalid-argument"],
		["a frame larger than H.264 knows", { width: 8192, height: 8192 }, "encoder-rejected"],
		["no callback", { onAccessUnit: null }, "invalid-argument"],
	])("%s", (_name, options, code) => {
		expect(() => startPixelSource(options as Partial<PixelSourceOptions>)).toThrow(
			expect.objectContaining({ code }),
		);
	});

	test("pixels that are too few, no bytes, or rows that overlap", () => {
		const { encoder } = startPixelSource();
		const calls = [
			() => encoder.encode(new Uint8Array(100), WIDTH * 4, [], 0),
			() => encoder.encode("pixels" as unknown as Uint8Array, WIDTH * 4, [], 0),
			() => encoder.encode(filled([0]), WIDTH, [], 0),
			() => encoder.encode(filled([0]), WIDTH * 4, [{ x: -1, y: 0, width: 1, height: 1 }], 0),
			() => encoder.encode(filled([0]), WIDTH * 4, [], Number.NaN),
		];
		for (const call of calls) expect(call).toThrow(expect.objectContaining({ code: "invalid-argument" }));
	});
});
