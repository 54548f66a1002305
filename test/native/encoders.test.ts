import { afterEach, describe, expect, test } from "vitest";
import type { EncoderName, NativeAccessUnit } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { colourAt, type DecodedFrame, decode } from "../support/decoded-frame.ts";
import {
	closeSources,
	colourDistance,
	filled,
	noise,
	startPixelSource,
	UNITS_A_CHANGE,
	WIDTH,
} from "../support/native-sources.ts";
import { nalUnits, parseSps } from "../support/parsed-sps.ts";

afterEach(closeSources);

test("tells which encoders there are", () => {
	const encoders = loadAddon().encoders();
	expect(encoders.map((encoder) => encoder.name)).toEqual(["openh264", "x264"]);
	expect(encoders[0]).toMatchObject({ available: true, detail: expect.stringMatching(/^openh264 \d/) });
});

const available = loadAddon()
	.encoders()
	.filter((encoder) => encoder.available)
	.map((encoder) => encoder.name);

describe.each(available)("%s", (name: EncoderName) => {
	test("says what it is", () => {
		const { encoder } = startPixelSource({ encoder: name });
		expect(encoder.encoder).toMatch(new RegExp(`^${name} \\d.*constrained baseline`));
	});

	test.each([
		[320, 240, 320, 240],
		[642, 362, 642, 362],
		[321, 243, 320, 242],
		[1280, 720, 1280, 720],
	])(
		"codes %ix%i as constrained baseline without reordering, in the right colours",
		async (w, h, codedW, codedH) => {
			const { encoder, log, units } = startPixelSource({ encoder: name, width: w, height: h });
			encoder.encode(filled([200, 100, 30, 255], w, h), w * 4, [], Date.now());
			await log.until(1);
			const unit = units[0] as NativeAccessUnit;
			expect(unit).toMatchObject({ keyframe: true, width: codedW, height: codedH });
			const nals = nalUnits(unit.data);
			expect(nals.map((nal) => (nal[0] ?? 0) & 0x1f)).toEqual([7, 8, 5]);
			const sps = parseSps(nals[0] as Uint8Array);
			expect(sps).toMatchObject({
				profile: 66,
				width: codedW,
				height: codedH,
				colour: { fullRange: false, primaries: 1, transfer: 13, matrix: 6 },
				restriction: { reorderFrames: 0 },
			});
			expect(sps.constraints & 0x40, "constraint_set1_flag").toBe(0x40);
			expect(sps.level).toBe(w >= 1280 ? 32 : w >= 640 ? 31 : 21);
			const [frame] = decode([unit.data]);
			expect(frame).toMatchObject({ width: codedW, height: codedH });
			if (frame)
				expect(colourDistance(colourAt(frame, codedW - 20, codedH - 20), [30, 100, 200])).toBeLessThan(8);
		},
	);

	test("takes RGBA too", async () => {
		const { encoder, log } = startPixelSource({ encoder: name, format: "rgba" });
		encoder.encode(filled([30, 100, 200, 255]), WIDTH * 4, [], Date.now());
		await log.until(1);
		const [frame] = decode(log.bytes);
		if (frame) expect(colourDistance(colourAt(frame, 10, 10), [30, 100, 200])).toBeLessThan(8);
	});

	test("codes a simple change, repeats it three times, then nothing", async () => {
		const { encoder, log, units } = startPixelSource({ encoder: name });
		encoder.encode(filled([90, 90, 90, 255]), WIDTH * 4, [], Date.now());
		await log.until(UNITS_A_CHANGE);
		await log.quiet();
		expect(units.map((unit) => unit.keyframe)).toEqual([true, false, false, false]);
		expect(encoder.stats()).toMatchObject({ captured: 1, encoded: 4, keyframes: 1, dropped: 0 });
		expect(decode(log.bytes)).toHaveLength(4);
	});

	test("repeats a change that the bitrate had to blur until it is sharp", async () => {
		const { encoder, log } = startPixelSource({ encoder: name, bitrate: 300_000 });
		const drawn = noise(1, 8);
		encoder.encode(drawn, WIDTH * 4, [], Date.now());
		await log.quiet();
		const error = (frame: DecodedFrame | undefined) => {
			const grey = (index: number) => 16 + ((drawn[index * 4] ?? 0) * 219) / 255;
			const squares = [...(frame?.y ?? [])].map((luma, index) => (luma - grey(index)) ** 2);
			return squares.reduce((sum, square) => sum + square, 0) / squares.length;
		};
		const frames = decode(log.bytes);
		expect(frames.length).toBeGreaterThan(UNITS_A_CHANGE);
		expect(error(frames.at(-1))).toBeLessThan(10);
		expect(error(frames.at(-1))).toBeLessThan(error(frames[0]));
	});

	test("keeps to keyframes that were asked for, however much changes", async () => {
		const { encoder, log, units } = startPixelSource({ encoder: name });
		for (let frame = 0; frame < 40; frame++) {
			const before = units.length;
			encoder.encode(frame % 2 ? noise(frame) : filled([frame, 9, 9, 9]), WIDTH * 4, [], Date.now());
			await log.until(before + 1);
		}
		expect(units.filter((unit) => unit.keyframe)).toEqual([units[0]]);
		const before = units.length;
		encoder.requestKeyframe("main");
		await expect.poll(() => units.slice(before).some((unit) => unit.keyframe)).toBe(true);
		expect(decode(log.bytes)).toHaveLength(units.length);
	});

	test("codes the last frame again when a keyframe is wanted and nothing new comes", async () => {
		const { encoder, log, units } = startPixelSource({ encoder: name });
		encoder.encode(noise(1, 8), WIDTH * 4, [], Date.now());
		await log.until(1);
		await log.quiet();
		const before = units.length;
		const asked = Date.now();
		encoder.requestKeyframe("main");
		await log.until(before + 1);
		expect(units[before]?.keyframe).toBe(true);
		expect((units[before]?.captureTime ?? 0) - asked).toBeGreaterThanOrEqual(9);
	});

	test("follows a change of bitrate", async () => {
		const { encoder, log, units } = startPixelSource({ encoder: name, bitrate: 4_000_000 });
		const frames = Array.from({ length: 12 }, (_, seed) => noise(seed, 8));
		const bytesOf = async (count: number) => {
			const before = units.length;
			for (let frame = 0; frame < count; frame++) {
				const coded = units.length;
				encoder.encode(frames[frame % 12] as Uint8Array, WIDTH * 4, [], Date.now());
				await log.until(coded + 1);
			}
			const coded = units.slice(before);
			return coded.reduce((sum, unit) => sum + unit.data.length, 0) / coded.length;
		};
		await bytesOf(20);
		const high = await bytesOf(30);
		encoder.setRate({ bitrate: 1_000_000, frameRate: 60 });
		await bytesOf(20);
		const low = await bytesOf(30);
		encoder.setRate({ bitrate: 4_000_000, frameRate: 60 });
		await bytesOf(20);
		const highAgain = await bytesOf(30);
		expect(low / high).toBeLessThan(0.6);
		expect(highAgain / low).toBeGreaterThan(1.6);
	});
});
