import { afterEach, expect, test } from "vitest";
import type { NativeEnd, PixelEncoder, PixelEncoderOptions } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { colourAt, decode } from "../support/decoded-frame.ts";
import { colourDistance } from "../support/native-sources.ts";

const open: PixelEncoder[] = [];
afterEach(() => {
	for (const encoder of open.splice(0)) encoder.close();
});

function start(options: Partial<PixelEncoderOptions> = {}) {
	const frames: { data: Buffer; keyframe: boolean }[] = [];
	const ends: NativeEnd[] = [];
	const encoder = new (loadAddon().PixelEncoder)({
		...{ width: 66, height: 50, encoder: "openh264", bitrate: 1_000_000, frameRate: 30 },
		onFrame: (frame) => frames.push(frame),
		onEnd: (end) => ends.push(end),
		...options,
	});
	open.push(encoder);
	const until = (count: number) => expect.poll(() => frames.length, { interval: 2 }).toBe(count);
	return { encoder, frames, ends, until };
}

/** A frame of one colour, its rows longer than they need to be. */
function bgra(
	width: number,
	height: number,
	stride: number,
	[blue, green, red]: readonly [number, number, number],
) {
	const pixels = Buffer.alloc(stride * height, 0x77);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) pixels.set([blue, green, red, 255], y * stride + x * 4);
	}
	return pixels;
}

test("each frame has one answer, with its own stride and colours", async () => {
	const { encoder, frames, until } = start();
	const stride = 66 * 4 + 24;
	for (const [index, colour] of (
		[
			[250, 10, 10],
			[10, 250, 10],
			[10, 10, 250],
		] as const
	).entries()) {
		encoder.encode(bgra(66, 50, stride, colour), { format: "bgra", stride, keyframe: index === 2 });
		await until(index + 1);
		const frame = decode(frames.map(({ data }) => data)).at(-1);
		const [blue, green, red] = colour;
		expect(frame && colourDistance(colourAt(frame, 40, 30), [red, green, blue])).toBeLessThan(16);
	}
	expect(frames.map(({ keyframe }) => keyframe)).toEqual([true, false, true]);
});

test("RGBA and NV12 come out in their colours, with the first row of chroma where it is", async () => {
	const { encoder, frames, until } = start();
	const rgba = bgra(66, 50, 66 * 4, [10, 10, 250]);
	encoder.encode(rgba, { format: "rgba", stride: 66 * 4, keyframe: false });
	await until(1);
	const first = decode([frames[0]?.data as Buffer])[0];
	expect(first && colourDistance(colourAt(first, 40, 30), [10, 10, 250])).toBeLessThan(16);

	const stride = 80;
	const nv12 = Buffer.alloc(stride * 75, 128);
	nv12.fill(81, 0, stride * 50);
	for (let at = stride * 50; at < nv12.length; at += 2) nv12.set([90, 240], at);
	encoder.encode(nv12, { format: "nv12", stride, keyframe: true });
	await until(2);
	const second = decode([frames[1]?.data as Buffer])[0];
	expect(second && colourDistance(colourAt(second, 40, 30), [255, 0, 0])).toBeLessThan(16);
});

test("a second frame before the answer is refused, and one that is too small", async () => {
	const { encoder, until } = start();
	const options = { format: "bgra", stride: 66 * 4, keyframe: false } as const;
	const pixels = bgra(66, 50, 66 * 4, [1, 2, 3]);
	expect(() => encoder.encode(pixels.subarray(1), options)).toThrow(
		expect.objectContaining({ code: "invalid-argument" }),
	);
	expect(() => encoder.encode(pixels, { ...options, stride: 65 * 4 })).toThrow(
		expect.objectContaining({ code: "invalid-argument" }),
	);
	encoder.encode(pixels, options);
	expect(() => encoder.encode(pixels, options)).toThrow(expect.objectContaining({ code: "encoder-busy" }));
	await until(1);
	encoder.encode(pixels, options);
	await until(2);
});

test("closes while it codes, and answers nothing afterwards", async () => {
	const { encoder, frames, ends } = start({ width: 1920, height: 1080 });
	const pixels = Buffer.alloc(1920 * 1080 * 4);
	encoder.encode(pixels, { format: "bgra", stride: 1920 * 4, keyframe: false });
	encoder.close();
	encoder.close();
	encoder.encode(pixels, { format: "bgra", stride: 1920 * 4, keyframe: false });
	await new Promise((resolve) => setImmediate(resolve));
	expect([frames.length, ends.length]).toEqual([0, 0]);
});

test("a size or encoder that cannot be is refused with a code", () => {
	expect(() => start({ width: 15 })).toThrow(expect.objectContaining({ code: "invalid-argument" }));
	expect(() => start({ encoder: "h266" as "x264" })).toThrow(
		expect.objectContaining({ code: "encoder-unknown" }),
	);
});
