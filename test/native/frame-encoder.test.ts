import { afterEach, describe, expect, test } from "vitest";
import type {
	EncoderName,
	FrameEncoder,
	FrameEncoderOptions,
	NativeAccessUnit,
} from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { AccessUnitLog } from "../support/access-unit-log.ts";
import { colourAt, type DecodedPicture, decode } from "../support/decoded-picture.ts";
import { nalUnits, parseSps } from "../support/parsed-sps.ts";

const WIDTH = 320;
const HEIGHT = 240;
/** A change that costs few bits is coded once and three times again, see PicturePacer. */
const UNITS_A_CHANGE = 4;

const open: FrameEncoder[] = [];

afterEach(() => {
	for (const encoder of open.splice(0)) encoder.close();
});

function start(options: Partial<FrameEncoderOptions> = {}) {
	const log = new AccessUnitLog();
	const encoder = new (loadAddon().FrameEncoder)({
		width: WIDTH,
		height: HEIGHT,
		format: "bgra",
		encoder: "openh264",
		bitrate: 2_000_000,
		frameRate: 60,
		onAccessUnit: log.add,
		onEnd: (end) => expect.unreachable(end.message),
		...options,
	});
	open.push(encoder);
	return { encoder, log, units: log.units };
}

/** A picture of one colour, four bytes a pixel in the order given. */
function filled(pixel: readonly number[], width = WIDTH, height = HEIGHT): Uint8Array {
	return new Uint8Array(width * height * 4).map((_, index) => pixel[index % 4] ?? 0);
}

/** Grey tiles at random, `tile` pixels wide; with one pixel it is noise that no encoder can make small. */
function noise(seed: number, tile = 1): Uint8Array {
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

function expectColour(actual: readonly number[], expected: readonly number[]): void {
	for (const [channel, value] of expected.entries())
		expect(Math.abs((actual[channel] ?? 0) - value)).toBeLessThan(8);
}

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
		const { encoder } = start({ encoder: name });
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
			const { encoder, log, units } = start({ encoder: name, width: w, height: h });
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
			const [picture] = decode([unit.data]);
			expect(picture).toMatchObject({ width: codedW, height: codedH });
			if (picture) expectColour(colourAt(picture, codedW - 20, codedH - 20), [30, 100, 200]);
		},
	);

	test("takes RGBA too", async () => {
		const { encoder, log } = start({ encoder: name, format: "rgba" });
		encoder.encode(filled([30, 100, 200, 255]), WIDTH * 4, [], Date.now());
		await log.until(1);
		const [picture] = decode(log.bytes);
		if (picture) expectColour(colourAt(picture, 10, 10), [30, 100, 200]);
	});

	test("codes a simple change, repeats it three times, then nothing", async () => {
		const { encoder, log, units } = start({ encoder: name });
		encoder.encode(filled([90, 90, 90, 255]), WIDTH * 4, [], Date.now());
		await log.until(UNITS_A_CHANGE);
		await log.quiet();
		expect(units.map((unit) => unit.keyframe)).toEqual([true, false, false, false]);
		expect(encoder.stats()).toMatchObject({ captured: 1, encoded: 4, keyframes: 1, dropped: 0 });
		expect(decode(log.bytes)).toHaveLength(4);
	});

	test("repeats a change that the bitrate had to blur until it is sharp", async () => {
		const { encoder, log } = start({ encoder: name, bitrate: 1_000_000 });
		const drawn = noise(1, 8);
		encoder.encode(drawn, WIDTH * 4, [], Date.now());
		await log.quiet();
		const error = (picture: DecodedPicture | undefined) => {
			const grey = (index: number) => 16 + ((drawn[index * 4] ?? 0) * 219) / 255;
			const squares = [...(picture?.y ?? [])].map((luma, index) => (luma - grey(index)) ** 2);
			return squares.reduce((sum, square) => sum + square, 0) / squares.length;
		};
		const pictures = decode(log.bytes);
		expect(pictures.length).toBeGreaterThan(UNITS_A_CHANGE);
		expect(error(pictures.at(-1))).toBeLessThan(10);
		expect(error(pictures.at(-1))).toBeLessThan(error(pictures[0]));
	});

	test("keeps to keyframes that were asked for, however much changes", async () => {
		const { encoder, log, units } = start({ encoder: name });
		for (let picture = 0; picture < 40; picture++) {
			const before = units.length;
			encoder.encode(picture % 2 ? noise(picture) : filled([picture, 9, 9, 9]), WIDTH * 4, [], Date.now());
			await log.until(before + 1);
		}
		expect(units.filter((unit) => unit.keyframe)).toEqual([units[0]]);
		const before = units.length;
		encoder.requestKeyframe();
		await expect.poll(() => units.slice(before).some((unit) => unit.keyframe)).toBe(true);
		expect(decode(log.bytes)).toHaveLength(units.length);
	});

	test("codes the last picture again when a keyframe is wanted and nothing new comes", async () => {
		const { encoder, log, units } = start({ encoder: name });
		encoder.encode(noise(1, 8), WIDTH * 4, [], Date.now());
		await log.until(1);
		await log.quiet();
		const before = units.length;
		const asked = Date.now();
		encoder.requestKeyframe();
		await log.until(before + 1);
		expect(units[before]?.keyframe).toBe(true);
		expect((units[before]?.captureTime ?? 0) - asked).toBeGreaterThanOrEqual(9);
	});

	test("follows a change of bitrate", async () => {
		const { encoder, log, units } = start({ encoder: name, bitrate: 4_000_000 });
		const pictures = Array.from({ length: 12 }, (_, seed) => noise(seed, 8));
		const bytesOf = async (count: number) => {
			const before = units.length;
			for (let picture = 0; picture < count; picture++) {
				const coded = units.length;
				encoder.encode(pictures[picture % 12] as Uint8Array, WIDTH * 4, [], Date.now());
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

describe("changed rectangles", () => {
	test("carry exactly what they cover, at odd edges too", async () => {
		const { encoder, log } = start();
		encoder.encode(filled([0, 0, 0, 255]), WIDTH * 4, [], Date.now());
		await log.until(1);
		// All white, but only a part of it is said to have changed.
		const white = filled([255, 255, 255, 255]);
		encoder.encode(white, WIDTH * 4, [{ x: 101, y: 51, width: 63, height: 33 }], Date.now());
		await log.until(UNITS_A_CHANGE + 1);
		const pictures = decode(log.bytes);
		const last = pictures.at(-1);
		expect(last).toBeDefined();
		if (last === undefined) return;
		expectColour(colourAt(last, 132, 67), [255, 255, 255]);
		expectColour(colourAt(last, 80, 67), [0, 0, 0]);
		expectColour(colourAt(last, 132, 100), [0, 0, 0]);
	});

	test("of a picture that was replaced while waiting are not lost", async () => {
		const { encoder, log } = start({ frameRate: 5 });
		encoder.encode(filled([0, 0, 0, 255]), WIDTH * 4, [], Date.now());
		await log.until(1);
		const white = filled([255, 255, 255, 255]);
		encoder.encode(white, WIDTH * 4, [{ x: 0, y: 0, width: 32, height: 32 }], Date.now());
		encoder.encode(white, WIDTH * 4, [{ x: 288, y: 208, width: 32, height: 32 }], Date.now());
		await log.until(2);
		const last = decode(log.bytes).at(-1);
		if (last === undefined) return expect.unreachable();
		expectColour(colourAt(last, 8, 8), [255, 255, 255]);
		expectColour(colourAt(last, 310, 230), [255, 255, 255]);
		expect(encoder.stats().captured).toBe(2);
	});

	test("may reach over the edge", async () => {
		const { encoder, log } = start();
		encoder.encode(filled([0, 0, 0, 255]), WIDTH * 4, [{ x: 300, y: 200, width: 800, height: 800 }], 1);
		await log.until(1);
	});
});

test("never codes more pictures a second than asked for", async () => {
	const { encoder, units } = start({ frameRate: 20 });
	const ends = performance.now() + 1_000;
	for (let picture = 0; performance.now() < ends; picture++) {
		encoder.encode(filled([picture % 256, 0, 0, 0]), WIDTH * 4, [], Date.now());
		await new Promise((resolve) => setTimeout(resolve, 4));
	}
	expect(units.length).toBeLessThanOrEqual(22);
	expect(units.length).toBeGreaterThanOrEqual(12);
});

test("drops when JavaScript does not keep up, and goes on with a keyframe of the newest picture", async () => {
	const { encoder, log, units } = start({ frameRate: 240 });
	encoder.encode(filled([0, 0, 0, 255]), WIDTH * 4, [], Date.now());
	await log.until(UNITS_A_CHANGE);
	const stalled = performance.now() + 600;
	for (let picture = 0; performance.now() < stalled; picture++) {
		encoder.encode(noise(picture), WIDTH * 4, [], Date.now());
	}
	encoder.encode(filled([200, 100, 30, 255]), WIDTH * 4, [], Date.now());
	expect(units).toHaveLength(UNITS_A_CHANGE);
	await expect.poll(() => units.filter((unit) => unit.keyframe).length).toBe(2);
	const { dropped } = encoder.stats();
	expect(dropped).toBeGreaterThan(0);
	const pictures = decode(log.bytes);
	const last = pictures.at(-1);
	if (last) expectColour(colourAt(last, 100, 100), [30, 100, 200]);
});

test("a callback may close its own encoder", async () => {
	let calls = 0;
	const { encoder } = start({
		onAccessUnit: () => {
			calls++;
			encoder.close();
		},
	});
	encoder.encode(noise(1), WIDTH * 4, [], Date.now());
	await expect.poll(() => calls).toBe(1);
	encoder.encode(noise(2), WIDTH * 4, [], Date.now());
	encoder.requestKeyframe();
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
		["a picture larger than H.264 knows", { width: 8192, height: 8192 }, "encoder-rejected"],
		["no callback", { onAccessUnit: null }, "invalid-argument"],
	])("%s", (_name, options, code) => {
		expect(() => start(options as Partial<FrameEncoderOptions>)).toThrow(expect.objectContaining({ code }));
	});

	test("pixels that are too few, no bytes, or rows that overlap", () => {
		const { encoder } = start();
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
