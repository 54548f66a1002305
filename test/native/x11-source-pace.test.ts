import { describe, expect, test } from "vitest";
import type { NativeAccessUnit } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { CLOCK_PERIOD_MS, readClockStrip } from "../support/clock-strip.ts";
import { decode } from "../support/decoded-frame.ts";
import { stallUntil, startX11Source } from "../support/native-sources.ts";
import { useTestScreen } from "../support/test-screen.ts";

const screen = useTestScreen(640, 360);

describe("a screen", () => {
	test.each(["openh264", "x264"] as const)("in motion tells true times (%s)", async (encoder) => {
		if (
			!loadAddon()
				.encoders()
				.some((known) => known.name === encoder && known.available)
		)
			return;
		await screen.show("clock", "--hz", "57");
		const { source, log, units } = startX11Source({ display: screen.display(), encoder });
		await log.until(40);
		source.close();
		const ages = decode(log.bytes)
			.slice(2)
			.map((frame, index) => {
				const captured = units[index + 2]?.captureTime ?? 0;
				return (
					(Math.floor(captured) - (readClockStrip(frame) ?? Number.NaN) + CLOCK_PERIOD_MS) % CLOCK_PERIOD_MS
				);
			});
		const median = ages.toSorted((a, b) => a - b)[Math.floor(ages.length / 2)];
		// The bench tells how few they are.
		expect(median, "ms from drawn to read").toBeLessThan(500);
		const times = units.map((unit) => unit.captureTime);
		expect(times).toEqual(times.toSorted((a, b) => a - b));
		for (const unit of units) expect(unit.encodedTime).toBeGreaterThanOrEqual(unit.captureTime);
	});
});

/** From one capture to the next, ms. */
const intervals = (units: readonly NativeAccessUnit[]) =>
	units.slice(1).map((unit, index) => unit.captureTime - (units[index]?.captureTime ?? 0));

describe("rate", () => {
	test("bounds the frames a second", async () => {
		await screen.show("clock", "--hz", "100");
		const { log, units } = startX11Source({ display: screen.display(), frameRate: 20 });
		await log.until(1);
		const from = units.length;
		await log.until(from + 20);
		const steps = intervals(units.slice(from, from + 20));
		// 950 at the rate, 190 at the clock's. The first may have been read late.
		expect(steps.reduce((sum, step) => sum + step, 0)).toBeGreaterThan(700);
	});

	test("changes while the source runs", async () => {
		await screen.show("clock", "--hz", "60");
		const { source, log, units } = startX11Source({ display: screen.display(), frameRate: 2 });
		await log.until(2);
		source.setRate({ bitrate: 1_000_000, frameRate: 60 });
		const from = units.length;
		await log.until(from + 20);
		expect(Math.min(...intervals(units.slice(0, from)))).toBeGreaterThan(100);
		expect(Math.min(...intervals(units.slice(from)))).toBeLessThan(100);
	});

	test("does not hold up what input causes", async () => {
		await screen.show("echo");
		const input = new (loadAddon().X11Screen)({ display: screen.display(), onEnd: () => {} });
		const { source, log, units } = startX11Source({ display: screen.display(), frameRate: 1 });
		await log.until(1);
		for (let press = 1; press <= 3; press++) {
			source.expectDamage();
			input.pointer(50, 50, 1);
			await log.until(press + 1);
			input.pointer(50, 50, 0);
		}
		// At the rate itself the third would be due 2.5 s after the first.
		expect((units[3]?.captureTime ?? 0) - (units[0]?.captureTime ?? 0)).toBeLessThan(2400);
		input.close();
	});
});

describe("keyframes", () => {
	test("come when asked for, on an idle screen too, and never else", async () => {
		await screen.show("clock", "--hz", "60");
		const { source, log, units } = startX11Source({ display: screen.display() });
		await log.until(60);
		expect(units.filter((unit) => unit.keyframe)).toEqual([units[0]]);
		await screen.clear();
		await log.quiet();
		const before = units.length;
		source.requestKeyframe("main");
		await log.until(before + 1);
		expect(units[before]?.keyframe).toBe(true);
	});

	test("follow access units that were dropped because JavaScript did not keep up", async () => {
		await screen.show("video", "--fps", "60");
		const { source, log, units } = startX11Source({ display: screen.display() });
		await log.until(10);
		const before = units.length;
		stallUntil(() => source.stats().dropped > 0);
		expect(units.length).toBe(before);
		await expect.poll(() => units.slice(before).some((unit) => unit.keyframe)).toBe(true);
		const count = units.length;
		await log.until(count + 5);
		source.close();
		expect(decode(log.bytes)).toHaveLength(units.length);
	});
});
