import { expect, test } from "vitest";
import type { NativeAccessUnit } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { colourAt, lastFrame } from "../support/decoded-frame.ts";
import { colourDistance, rgb, startX11Source } from "../support/native-sources.ts";
import { ECHO_PRESS_COLOUR } from "../support/screen-client.ts";
import { useTestScreen } from "../support/test-screen.ts";

const screen = useTestScreen(640, 360);
const MAIN = { bitrate: 4_000_000, frameRate: 60 };
const SMALL = { bitrate: 1_000_000, frameRate: 30 };
const isSmall = (unit: NativeAccessUnit) => unit.rendition === "small";

test("a screen's small rendition follows what changes, with a frame of the end", async () => {
	await screen.show("echo");
	const { source, log, units } = startX11Source({ display: screen.display() });
	source.setSmallRate(SMALL);
	await log.until(2);
	await log.quiet();
	const before = units.length;
	const input = new (loadAddon().X11Screen)({ display: screen.display(), onEnd: () => {} });
	input.pointer(20, 20, 1);
	await log.until(before + 2);
	await log.quiet();
	input.close();
	const after = units.slice(before);
	expect(after.findIndex(isSmall)).toBeGreaterThan(0);
	const shown = lastFrame(units.filter(isSmall).map((unit) => unit.data));
	expect(shown).toMatchObject({ width: 320, height: 180 });
	expect(colourDistance(colourAt(shown, 300, 150), rgb(ECHO_PRESS_COLOUR))).toBeLessThan(12);
});

test("a screen in motion gives its small frames at their own rate, and its small ones alone when only they are wanted", async () => {
	await screen.show("clock", "--hz", "60");
	const { source, log, units } = startX11Source({ display: screen.display() });
	source.setSmallRate(SMALL);
	await log.until(60);
	const seconds = ((units.at(-1)?.captureTime ?? 0) - (units[0]?.captureTime ?? 0)) / 1000;
	const main = units.filter((unit) => !isSmall(unit)).length;
	expect(units.filter(isSmall).length).toBeLessThanOrEqual(seconds * SMALL.frameRate + 3);
	expect(units.filter(isSmall).length).toBeGreaterThan(main / 4);
	source.setRate(undefined);
	await expect.poll(() => units.slice(-5).every(isSmall)).toBe(true);
	const from = units.length;
	const captured = source.stats().captured;
	await log.until(from + 25);
	expect(units.slice(from).every(isSmall)).toBe(true);
	expect(source.stats().captured - captured).toBeLessThanOrEqual(units.length - from + 2);
});

test("a source that nobody takes anything of reads nothing, whatever moves, and comes back with a keyframe", async () => {
	await screen.show("video", "--fps", "60");
	const { source, log, units } = startX11Source({ display: screen.display() });
	const input = new (loadAddon().X11Screen)({ display: screen.display(), onEnd: () => {} });
	await log.until(10);
	source.setRate(undefined);
	await log.quiet();
	const before = units.length;
	const { captured } = source.stats();
	await log.quiet();
	expect(units.length).toBe(before);
	expect(source.stats().captured).toBe(captured);
	source.setRate(MAIN);
	await log.until(before + 1);
	expect(units[before]?.keyframe).toBe(true);
	input.close();
});

test("the pointer is where it is now after a rest in which it moved", async () => {
	await screen.show("echo");
	const input = new (loadAddon().X11Screen)({ display: screen.display(), onEnd: () => {} });
	input.pointer(300, 200, 0);
	const { source, log, units } = startX11Source({ display: screen.display() });
	await log.until(1);
	await log.quiet();
	source.setRate(undefined);
	await log.quiet();
	const before = units.length;
	input.pointer(101, 103, 0);
	await log.quiet();
	source.setRate(MAIN);
	await log.until(before + 1);
	await log.quiet();
	input.close();
	const frame = lastFrame(units.slice(before).map((unit) => unit.data));
	const lumas = (px: number, py: number) =>
		Array.from(
			{ length: 144 },
			(_, at) => frame.y[(py - 6 + Math.floor(at / 12)) * 640 + px - 6 + (at % 12)] ?? 0,
		);
	const roughness = (px: number, py: number) => Math.max(...lumas(px, py)) - Math.min(...lumas(px, py));
	expect(roughness(101, 103)).toBeGreaterThan(20);
	expect(roughness(300, 200)).toBeLessThan(10);
});

test("another size of the screen makes both renditions anew", async () => {
	await screen.show("echo");
	const { source, log, units } = startX11Source({ display: screen.display() });
	source.setSmallRate(SMALL);
	await log.until(2);
	await log.quiet();
	const before = units.length;
	screen.resize(400, 300);
	await expect.poll(() => units.slice(before).some((unit) => isSmall(unit) && unit.width === 200)).toBe(true);
	await log.quiet();
	const next = units.slice(before);
	const firsts = [next.find((unit) => unit.width === 400), next.find((unit) => unit.width === 200)];
	expect(firsts).toEqual([
		expect.objectContaining({ keyframe: true, width: 400, height: 300 }),
		expect.objectContaining({ keyframe: true, width: 200, height: 150, rendition: "small" }),
	]);
	screen.resize(640, 360);
});
