import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type {
	ColourMatrix,
	DecodedFrame,
	FrameDecoder,
	NativeAccessUnit,
} from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { type DecodedFrame as Decoded, decode } from "../support/decoded-frame.ts";
import {
	closeSources,
	colourDistance,
	filled,
	noise,
	startPixelSource,
	UNITS_A_CHANGE,
	WIDTH,
} from "../support/native-sources.ts";

const BLUE = [200, 60, 20, 255];
const GREEN = [20, 200, 60, 255];

let decoder: FrameDecoder;
let frames: DecodedFrame[];
let keyframesWanted: number;
beforeEach(() => {
	frames = [];
	keyframesWanted = 0;
	const { FrameDecoder } = loadAddon();
	if (!FrameDecoder) throw new Error("this build has no decoder");
	decoder = new FrameDecoder({
		scale: 1,
		onFrame: (frame) => frames.push(frame),
		onKeyframeWanted: () => keyframesWanted++,
		onEnd: (end) => expect.unreachable(end.message),
	});
});
afterEach(() => {
	decoder.close();
	closeSources();
});

/** A keyframe in blue, and frames after it of which the last are green. */
let blue: NativeAccessUnit;
let toGreen: NativeAccessUnit[] = [];
beforeEach(async () => {
	if (toGreen.length > 0) return;
	const { encoder, log } = startPixelSource();
	encoder.encode(filled(BLUE), WIDTH * 4, [], Date.now());
	await log.until(UNITS_A_CHANGE);
	encoder.encode(filled(GREEN), WIDTH * 4, [], Date.now());
	await log.until(2 * UNITS_A_CHANGE);
	const [first, ...rest] = log.units;
	if (!first?.keyframe) throw new Error("the first frame is no keyframe");
	blue = first;
	toGreen = rest;
});

const give = (units: readonly NativeAccessUnit[]) => {
	for (const { data, keyframe } of units) decoder.decode(data, keyframe, "bt601");
};
const given = (count: number) => expect.poll(() => frames.length, { interval: 2 }).toBe(count);

/** The frame's colour in the middle, as B, G, R. */
function middle(frame: DecodedFrame | undefined): number[] {
	if (!frame) return [];
	const { width, height, data } = frame;
	const at = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 4;
	return [data[at + 2] ?? 0, data[at + 1] ?? 0, data[at] ?? 0];
}

/** The colour in the middle as B, G, R, by ITU-R BT.601 and BT.709 (section 3 of both). */
function converted({ width, height, y, u, v }: Decoded, matrix: ColourMatrix): number[] {
	const full = matrix.endsWith("full");
	const [red, blue] = matrix.startsWith("bt709") ? [0.2126, 0.0722] : [0.299, 0.114];
	const chroma = (height / 4) * (width / 2) + width / 4;
	const luma = ((y[(height / 2) * width + width / 2] ?? 0) - (full ? 0 : 16)) / (full ? 255 : 219);
	const [cb = 0, cr = 0] = [u, v].map((plane) => ((plane[chroma] ?? 0) - 128) / (full ? 255 : 224));
	const r = luma + 2 * (1 - red) * cr;
	const b = luma + 2 * (1 - blue) * cb;
	const g = (luma - red * r - blue * b) / (1 - red - blue);
	return [b, g, r].map((value) => Math.min(Math.max(value * 255, 0), 255));
}

describe("the decoder", () => {
	test("gives what the encoder was given, when it is wanted", async () => {
		give([blue, ...toGreen]);
		decoder.want();
		await given(1);
		const [frame] = frames;
		expect([frame?.width, frame?.height, frame?.data.length]).toEqual([320, 240, 320 * 240 * 4]);
		expect(colourDistance(middle(frame), GREEN.slice(0, 3))).toBeLessThan(8);
		expect(frame?.data[3]).toBe(255);
		expect(keyframesWanted).toBe(0);
	});

	test("gives nothing that looks like what it gave, and the next that does not", async () => {
		decoder.want();
		give([blue]);
		await given(1);
		decoder.want();
		// The same keyframe once more is the same frame.
		give([blue, ...toGreen]);
		await given(2);
		expect(colourDistance(middle(frames[1]), GREEN.slice(0, 3))).toBeLessThan(8);
	});

	test("divides the size, and a new scale gives the same frame anew", async () => {
		give([blue]);
		for (const scale of [2, 3, 4, 1]) {
			decoder.setScale(scale);
			decoder.want();
			await given(frames.length + 1);
		}
		expect(frames.map(({ width, height }) => [width, height])).toEqual([
			[160, 120],
			[106, 80],
			[80, 60],
			[320, 240],
		]);
		for (const frame of frames) {
			expect(colourDistance(middle(frame), BLUE.slice(0, 3))).toBeLessThan(8);
			expect(frame.data).toHaveLength(frame.width * frame.height * 4);
		}
	});

	test("reads colours as it is told", async () => {
		const frame = decode([blue, ...toGreen].map(({ data }) => data)).at(-1);
		if (!frame) return expect.unreachable();
		const matrices = ["bt709", "bt601-full", "bt709-full", "bt601"] as const;
		for (const matrix of matrices) {
			for (const { data, keyframe } of [blue, ...toGreen]) decoder.decode(data, keyframe, matrix);
			decoder.want();
			await given(frames.length + 1);
			const distances = matrices.map((one) => colourDistance(middle(frames.at(-1)), converted(frame, one)));
			const told = distances[matrices.indexOf(matrix)] ?? 255;
			// libyuv's factor of blue for BT.709 is 2.0 instead of 2.11 on some processors.
			expect(told, matrix).toBeLessThan(8);
			expect(told).toBe(Math.min(...distances));
		}
		expect(() => decoder.decode(blue.data, true, "bt2020" as never)).toThrow(
			expect.objectContaining({ code: "invalid-argument" }),
		);
	});

	test("follows a frame of another size", async () => {
		const { encoder, log } = startPixelSource({ width: 640, height: 360 });
		encoder.encode(filled(GREEN, 640, 360), 640 * 4, [], Date.now());
		await log.until(1);
		decoder.want();
		give([blue]);
		await given(1);
		decoder.want();
		give(log.units.slice(0, 1));
		await given(2);
		expect(frames.map(({ width, height }) => [width, height])).toEqual([
			[320, 240],
			[640, 360],
		]);
	});
});

describe("frames that are lost", () => {
	test("because too many wait are made good by a keyframe, which is asked for once", async () => {
		const { encoder, log } = startPixelSource({ frameRate: 240, bitrate: 20_000_000 });
		for (let seed = 0; log.units.length < 60; seed++) {
			encoder.encode(noise(seed, 8), WIDTH * 4, [], Date.now());
			await log.until(Math.min(log.units.length + 1, 60));
		}
		give(log.units);
		// Decoding 60 frames takes longer than giving them, but a slow giver may have been kept up with.
		for (let more = 0; more < 400; more++) decoder.decode(log.bytes[1] ?? Buffer.of(), false, "bt601");
		await expect.poll(() => keyframesWanted).toBeGreaterThan(0);
		const asked = keyframesWanted;
		frames = [];
		give([blue]);
		decoder.want();
		await expect.poll(() => colourDistance(middle(frames.at(-1)), BLUE.slice(0, 3))).toBeLessThan(8);
		expect(keyframesWanted).toBe(asked);
	});

	test("because they are broken are not shown", async () => {
		give([blue]);
		decoder.want();
		await given(1);
		decoder.want();
		// Without what they refer to: the first of them was dropped on the way.
		const broken = Buffer.from(toGreen.at(-1)?.data ?? Buffer.of()).fill(0x55, 6);
		decoder.decode(broken, false, "bt601");
		await expect.poll(() => keyframesWanted).toBe(1);
		expect(frames).toHaveLength(1);
	});

	test("before the first keyframe are passed over", async () => {
		decoder.want();
		give(toGreen);
		give([blue]);
		await given(1);
		expect(colourDistance(middle(frames[0]), BLUE.slice(0, 3))).toBeLessThan(8);
	});

	test.each([
		["nothing", Buffer.of()],
		["one byte", Buffer.of(0)],
		["no H.264", Buffer.alloc(5_000, "porthole")],
		["a start code only", Buffer.of(0, 0, 0, 1)],
		["a slice without parameter sets", Buffer.of(0, 0, 0, 1, 0x65, 0x88, 0x84, 0x21)],
	])("that are %s do no harm", async (_what, data) => {
		decoder.want();
		decoder.decode(data, true, "bt601");
		give([blue]);
		await given(1);
	});
});

test("nothing is called after it was closed, which may be said twice", async () => {
	decoder.want();
	give([blue]);
	decoder.close();
	decoder.close();
	give([blue]);
	decoder.want();
	decoder.setScale(2);
	await new Promise((resolve) => setImmediate(resolve));
	expect(frames).toEqual([]);
});

test.each([
	["no scale", {}],
	["a scale of 0", { scale: 0 }],
	["a scale of 5", { scale: 5 }],
	["half a scale", { scale: 1.5 }],
])("%s is refused", (_what, options) => {
	const { FrameDecoder } = loadAddon();
	const calls = { onFrame() {}, onKeyframeWanted() {}, onEnd() {} };
	expect(
		() => new (FrameDecoder as NonNullable<typeof FrameDecoder>)({ ...calls, ...options } as never),
	).toThrow(expect.objectContaining({ code: "invalid-argument" }));
});
