import { describe, expect, test } from "vitest";
import { loadAddon } from "../../server/native/load.ts";
import { colourAt, type DecodedFrame, decode, lastFrame } from "../support/decoded-frame.ts";
import { colourDistance, rgb, startX11Source, UNITS_A_CHANGE } from "../support/native-sources.ts";
import { nalUnits, parseSps } from "../support/parsed-sps.ts";
import { ECHO_PRESS_COLOUR, ECHO_REST_COLOUR } from "../support/screen-client.ts";
import { useTestScreen } from "../support/test-screen.ts";

const screen = useTestScreen(640, 360);

describe("a screen", () => {
	test("is there at once, as a keyframe in the colours that it shows", async () => {
		await screen.show("echo");
		const { source, log, units } = startX11Source({ display: screen.display() });
		await log.until(UNITS_A_CHANGE);
		expect(units.map((unit) => unit.keyframe)).toEqual([true, false, false, false]);
		expect(units[0]).toMatchObject({ width: screen.width, height: screen.height });
		expect(colourDistance(colourAt(lastFrame(log.bytes), 600, 300), rgb(ECHO_REST_COLOUR))).toBeLessThan(12);
		expect(source.encoder).toMatch(/^openh264 /);
	});

	test("that does not change costs no frames", async () => {
		await screen.show("echo");
		const { source, log, units } = startX11Source({ display: screen.display() });
		await log.until(UNITS_A_CHANGE);
		await log.quiet();
		const encoded = units.length;
		await log.quiet();
		expect(units.length).toBe(encoded);
		expect(source.stats().captured).toBe(1);
	});

	test("that changes is coded, and the last change arrives", async () => {
		await screen.show("echo");
		const { log, units } = startX11Source({ display: screen.display() });
		await log.until(1);
		await log.quiet();
		const before = units.length;
		const input = new (loadAddon().X11Screen)({ display: screen.display(), onEnd: () => {} });
		input.pointer(20, 20, 1);
		await log.until(before + UNITS_A_CHANGE);
		await log.quiet();
		input.close();
		expect(colourDistance(colourAt(lastFrame(log.bytes), 600, 300), rgb(ECHO_PRESS_COLOUR))).toBeLessThan(12);
	});

	test("that a press changes is coded without waiting for the next event", async () => {
		await screen.show("echo");
		const { log, units } = startX11Source({ display: screen.display() });
		const input = new (loadAddon().X11Screen)({ display: screen.display(), onEnd: () => {} });
		input.pointer(20, 20, 0);
		await log.until(1);
		await log.quiet();
		// A press tells of the pointer and then of the pixels; the second must not be lost while the first is looked into.
		for (let press = 0; press < 8; press++) {
			const before = units.length;
			input.pointer(20, 20, 1);
			await log.until(before + 1);
			await log.quiet();
			input.pointer(20, 20, 0);
		}
		input.close();
	});

	test("of another size gives another SPS and a keyframe", async () => {
		await screen.show("echo");
		const { log, units } = startX11Source({ display: screen.display() });
		await log.until(1);
		await log.quiet();
		const sizes: [number, number][] = [
			[400, 300],
			[screen.width, screen.height],
		];
		for (const [width, height] of sizes) {
			const before = units.length;
			screen.resize(width, height);
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
});

describe("the pointer", () => {
	test("is drawn where it is, and what it covered comes back", async () => {
		await screen.show("echo");
		const input = new (loadAddon().X11Screen)({ display: screen.display(), onEnd: () => {} });
		input.pointer(300, 200, 0);
		const { log, units } = startX11Source({ display: screen.display() });
		await log.until(UNITS_A_CHANGE);
		await log.quiet();
		expect(roughness(lastFrame(log.bytes), 300, 200)).toBeGreaterThan(20);
		const before = units.length;
		input.pointer(101, 103, 0);
		await log.until(before + UNITS_A_CHANGE);
		await log.quiet();
		input.close();
		const frame = lastFrame(log.bytes);
		expect(roughness(frame, 101, 103)).toBeGreaterThan(20);
		expect(roughness(frame, 300, 200)).toBeLessThan(10);
	});

	test("is in a snapshot, over the colours of the screen", async () => {
		await screen.show("echo");
		const input = new (loadAddon().X11Screen)({ display: screen.display(), onEnd: () => {} });
		input.pointer(300, 200, 0);
		const pixel = (data: Buffer, px: number, py: number) => data.readUInt32LE((py * screen.width + px) * 4);
		await expect.poll(() => pixel(input.snapshot().data, 300, 200) & 0xffffff).not.toBe(ECHO_REST_COLOUR);
		const { width, height, data } = input.snapshot();
		input.close();
		expect([width, height, data.length]).toEqual([
			screen.width,
			screen.height,
			screen.width * screen.height * 4,
		]);
		expect(pixel(data, 10, 10)).toBe(((0xff << 24) | ECHO_REST_COLOUR) >>> 0);
	});
});

/** Difference between the brightest and the darkest pixel within 6 of a place. */
function roughness(frame: DecodedFrame, px: number, py: number): number {
	const lumas: number[] = [];
	for (let dy = -6; dy <= 6; dy++) {
		for (let dx = -6; dx <= 6; dx++) lumas.push(frame.y[(py + dy) * frame.width + px + dx] ?? 0);
	}
	return Math.max(...lumas) - Math.min(...lumas);
}
