import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { NativeEnd, X11Source, X11SourceOptions } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { AccessUnitLog } from "../support/access-unit-log.ts";
import { colourAt, type DecodedPicture, decode } from "../support/decoded-picture.ts";
import { nalUnits, parseSps } from "../support/parsed-sps.ts";
import {
	ECHO_PRESS_COLOUR,
	ECHO_REST_COLOUR,
	type ScreenClient,
	type ScreenClientMode,
	startScreenClient,
} from "../support/screen-client.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

const WIDTH = 640;
const HEIGHT = 360;
/** A change is coded once and three times again, see PicturePacer. */
const UNITS_A_CHANGE = 4;

let x: XDisplay;
const sources: X11Source[] = [];
const clients: ScreenClient[] = [];

beforeAll(async () => {
	x = await startXDisplay({ width: WIDTH, height: HEIGHT });
});

afterAll(async () => {
	await x.close();
});

afterEach(async () => {
	for (const source of sources.splice(0)) source.close();
	for (const client of clients.splice(0)) await client.close();
});

function start(options: Partial<X11SourceOptions> = {}) {
	const log = new AccessUnitLog();
	const ends: NativeEnd[] = [];
	const source = new (loadAddon().X11Source)({
		display: x.display,
		encoder: "openh264",
		bitrate: 4_000_000,
		frameRate: 60,
		onAccessUnit: log.add,
		onEnd: (end) => ends.push(end),
		...options,
	});
	sources.push(source);
	return { source, log, units: log.units, ends };
}

async function show(mode: ScreenClientMode, ...args: string[]): Promise<ScreenClient> {
	const geometry = `${WIDTH}x${HEIGHT}+0+0`;
	const client = await startScreenClient(mode, { display: x.display, geometry, arguments: args });
	clients.push(client);
	return client;
}

function lastPicture(log: AccessUnitLog): DecodedPicture {
	const picture = decode(log.bytes).at(-1);
	if (picture === undefined) throw new Error("nothing was coded");
	return picture;
}

function rgb(colour: number): [number, number, number] {
	return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function expectColour(picture: DecodedPicture, px: number, py: number, colour: number): void {
	const actual = colourAt(picture, px, py);
	for (const [channel, value] of rgb(colour).entries()) {
		expect(Math.abs((actual[channel] ?? 0) - value), `${actual} at ${px},${py}`).toBeLessThan(12);
	}
}

/** What the clock strip at the top left says, ms modulo 2^24; layout in native/check/clock-strip.h. */
function readClock(picture: DecodedPicture): number {
	const cells = Array.from({ length: 52 }, (_, cell) => picture.y[4 * picture.width + cell * 8 + 4] ?? 0);
	const middle = cells.slice(0, 4).reduce((sum, luma) => sum + luma, 0) / 4;
	const bits = cells.map((luma) => (luma > middle ? 1 : 0));
	expect(bits.slice(0, 4)).toEqual([1, 0, 1, 0]);
	expect(bits.slice(28)).toEqual(bits.slice(4, 28).map((bit) => 1 - bit));
	return Number.parseInt(bits.slice(4, 28).join(""), 2);
}

describe("a screen", () => {
	test("is there at once, as a keyframe in the colours that it shows", async () => {
		await show("echo");
		const { source, log, units } = start();
		await log.until(UNITS_A_CHANGE);
		expect(units.map((unit) => unit.keyframe)).toEqual([true, false, false, false]);
		expect(units[0]).toMatchObject({ width: WIDTH, height: HEIGHT });
		expectColour(lastPicture(log), 600, 300, ECHO_REST_COLOUR);
		expect(source.encoder).toMatch(/^openh264 /);
	});

	test("that does not change costs no pictures and next to no time", async () => {
		await show("echo");
		const { source, log, units } = start();
		await log.until(UNITS_A_CHANGE);
		await log.quiet();
		const before = process.cpuUsage();
		const encoded = units.length;
		await new Promise((resolve) => setTimeout(resolve, 1_000));
		const { user, system } = process.cpuUsage(before);
		expect(units.length).toBe(encoded);
		expect(source.stats().captured).toBe(1);
		expect((user + system) / 1_000, "ms of CPU in a second").toBeLessThan(50);
	});

	test("that changes is coded, and the last change arrives", async () => {
		await show("echo");
		const { log, units } = start();
		await log.until(1);
		await log.quiet();
		const before = units.length;
		const screen = new (loadAddon().X11Screen)({ display: x.display, onVanish: () => {} });
		screen.pointer(20, 20, 1);
		await log.until(before + UNITS_A_CHANGE);
		await log.quiet();
		screen.close();
		expectColour(lastPicture(log), 600, 300, ECHO_PRESS_COLOUR);
	});

	test.each(["openh264", "x264"] as const)(
		"in motion keeps its rate and tells true times (%s)",
		async (encoder) => {
			if (
				!loadAddon()
					.encoders()
					.some((known) => known.name === encoder && known.available)
			)
				return;
			await show("clock", "--hz", "57");
			const { source, log, units } = start({ encoder });
			const began = performance.now();
			await log.until(115);
			const seconds = (performance.now() - began) / 1_000;
			source.close();
			expect(units.length / seconds).toBeGreaterThan(45);
			expect(units.length / seconds).toBeLessThan(62);
			const ages = decode(log.bytes)
				.slice(2)
				.map((picture, index) => {
					const captured = units[index + 2]?.captureTime ?? 0;
					return (Math.floor(captured) - readClock(picture) + 2 ** 24) % 2 ** 24;
				});
			const median = ages.toSorted((a, b) => a - b)[Math.floor(ages.length / 2)];
			expect(median, "ms from drawn to read").toBeLessThan(12);
			const times = units.map((unit) => unit.captureTime);
			expect(times).toEqual(times.toSorted((a, b) => a - b));
			for (const unit of units) expect(unit.encodedTime).toBeGreaterThanOrEqual(unit.captureTime);
		},
	);

	test("of another size gives another SPS and a keyframe", async () => {
		await show("echo");
		const { log, units } = start();
		await log.until(1);
		await log.quiet();
		const sizes: [number, number][] = [
			[400, 300],
			[WIDTH, HEIGHT],
		];
		for (const [width, height] of sizes) {
			const before = units.length;
			x.resize(width, height);
			await log.until(before + 1);
			await log.quiet();
			const next = units.slice(before);
			const first = next.findIndex((unit) => unit.width === width);
			expect(next[first]).toMatchObject({ keyframe: true, width, height });
			expect(parseSps(nalUnits(next[first]?.data ?? new Uint8Array())[0] as Uint8Array)).toMatchObject({
				width,
				height,
			});
			expect(decode(next.slice(first).map((unit) => unit.data)).at(-1)).toMatchObject({ width, height });
		}
	});

	test.each([
		["without shared memory", ["-extension", "MIT-SHM"]],
		["without RandR and XInput", ["-extension", "RANDR"]],
	])("is captured %s", async (_name, args) => {
		const own = await startXDisplay({ width: 320, height: 240, arguments: args });
		try {
			const client = await startScreenClient("echo", { display: own.display, geometry: "320x240+0+0" });
			clients.push(client);
			const { source, log } = start({ display: own.display });
			await log.until(UNITS_A_CHANGE);
			expectColour(lastPicture(log), 300, 200, ECHO_REST_COLOUR);
			source.close();
		} finally {
			await own.close();
		}
	});
});

describe("the pointer", () => {
	test("is drawn where it is, and what it covered comes back", async () => {
		await show("echo");
		const screen = new (loadAddon().X11Screen)({ display: x.display, onVanish: () => {} });
		screen.pointer(300, 200, 0);
		const { log, units } = start();
		await log.until(UNITS_A_CHANGE);
		await log.quiet();
		expect(roughness(lastPicture(log), 300, 200)).toBeGreaterThan(20);
		const before = units.length;
		screen.pointer(101, 103, 0);
		await log.until(before + UNITS_A_CHANGE);
		await log.quiet();
		screen.close();
		const picture = lastPicture(log);
		expect(roughness(picture, 101, 103)).toBeGreaterThan(20);
		expect(roughness(picture, 300, 200)).toBeLessThan(10);
	});

	test("is in a snapshot, over the colours of the screen", async () => {
		await show("echo");
		const screen = new (loadAddon().X11Screen)({ display: x.display, onVanish: () => {} });
		screen.pointer(300, 200, 0);
		const pixel = (data: Buffer, px: number, py: number) => data.readUInt32LE((py * WIDTH + px) * 4);
		await expect.poll(() => pixel(screen.snapshot().data, 300, 200) & 0xffffff).not.toBe(ECHO_REST_COLOUR);
		const { width, height, data } = screen.snapshot();
		screen.close();
		expect([width, height, data.length]).toEqual([WIDTH, HEIGHT, WIDTH * HEIGHT * 4]);
		expect(pixel(data, 10, 10)).toBe(((0xff << 24) | ECHO_REST_COLOUR) >>> 0);
	});
});

/** Difference between the brightest and the darkest pixel within 6 of a place. */
function roughness(picture: DecodedPicture, px: number, py: number): number {
	const lumas: number[] = [];
	for (let dy = -6; dy <= 6; dy++) {
		for (let dx = -6; dx <= 6; dx++) lumas.push(picture.y[(py + dy) * picture.width + px + dx] ?? 0);
	}
	return Math.max(...lumas) - Math.min(...lumas);
}

describe("rate", () => {
	test("bounds the pictures a second", async () => {
		await show("clock", "--hz", "100");
		const { log, units } = start({ frameRate: 20 });
		await log.until(1);
		const from = units.length;
		const began = performance.now();
		await log.until(from + 20);
		expect((units.length - from) / ((performance.now() - began) / 1_000)).toBeLessThan(23);
	});

	test("changes while the source runs", async () => {
		await show("clock", "--hz", "60");
		const { source, log, units } = start({ frameRate: 5 });
		await log.until(2);
		source.setRate({ bitrate: 1_000_000, frameRate: 60 });
		const from = units.length;
		const began = performance.now();
		await log.until(from + 40);
		expect(performance.now() - began).toBeLessThan(2_000);
	});

	test("does not hold up what input causes", async () => {
		await show("echo");
		const { source, log } = start({ frameRate: 1 });
		await log.until(1);
		const screen = new (loadAddon().X11Screen)({ display: x.display, onVanish: () => {} });
		const asked = performance.now();
		source.expectDamage();
		screen.pointer(50, 50, 1);
		await log.until(2);
		expect(performance.now() - asked).toBeLessThan(150);
		screen.close();
	});
});

describe("keyframes", () => {
	test("come when asked for, on an idle screen too, and never else", async () => {
		await show("clock", "--hz", "60");
		const { source, log, units } = start();
		await log.until(120);
		expect(units.filter((unit) => unit.keyframe)).toEqual([units[0]]);
		for (const client of clients.splice(0)) await client.close();
		await log.quiet();
		const before = units.length;
		source.requestKeyframe();
		await log.until(before + 1);
		expect(units[before]?.keyframe).toBe(true);
	});

	test("follow access units that were dropped because JavaScript did not keep up", async () => {
		await show("video", "--fps", "60");
		const { source, log, units } = start();
		await log.until(10);
		const before = units.length;
		const stalled = performance.now() + 800;
		while (performance.now() < stalled);
		expect(units.length).toBe(before);
		await expect.poll(() => units.slice(before).some((unit) => unit.keyframe)).toBe(true);
		const count = units.length;
		await log.until(count + 5);
		source.close();
		expect(source.stats().dropped).toBeGreaterThan(0);
		expect(decode(log.bytes)).toHaveLength(units.length);
	});
});

describe("a display", () => {
	test("that vanishes ends the source, once, and the process lives", async () => {
		const own = await startXDisplay({ width: 320, height: 240 });
		const { source, log, ends } = start({ display: own.display });
		await log.until(1);
		await own.close();
		await expect
			.poll(() => ends)
			.toEqual([{ code: "display-vanished", message: expect.stringContaining(own.display) }]);
		source.requestKeyframe();
		source.expectDamage();
		source.close();
		expect(ends).toHaveLength(1);
	});

	test.each<[string, string, string[], number]>([
		["display-lacks-extension", "lacks DAMAGE", ["-extension", "DAMAGE"], 24],
		["display-unsupported", "has 16 bits a pixel", [], 16],
	])("is refused with %s when it %s", async (code, _name, args, depth) => {
		const own = await startXDisplay({ width: 320, height: 240, depth, arguments: args });
		try {
			expect(() => start({ display: own.display })).toThrow(expect.objectContaining({ code }));
		} finally {
			await own.close();
		}
	});

	test("that is not there is refused", () => {
		expect(() => start({ display: ":64999" })).toThrow(
			expect.objectContaining({ code: "display-unreachable" }),
		);
		expect(() => start({ display: "" })).toThrow(expect.objectContaining({ code: "display-unreachable" }));
	});
});
