import { describe, expect, test } from "vitest";
import { loadAddon } from "../../server/native/load.ts";
import { CLOCK_PERIOD_MS, readClockStrip } from "../support/clock-strip.ts";
import { decode } from "../support/decoded-frame.ts";
import { startX11Source } from "../support/native-sources.ts";
import { useTestScreen } from "../support/test-screen.ts";

const screen = useTestScreen(640, 360);

describe("a screen", () => {
	test.each(["openh264", "x264"] as const)(
		"in motion keeps its rate and tells true times (%s)",
		async (encoder) => {
			if (
				!loadAddon()
					.encoders()
					.some((known) => known.name === encoder && known.available)
			)
				return;
			await screen.show("clock", "--hz", "57");
			const { source, log, units } = startX11Source({ display: screen.display(), encoder });
			const began = performance.now();
			await log.until(115);
			const seconds = (performance.now() - began) / 1_000;
			source.close();
			expect(units.length / seconds).toBeGreaterThan(45);
			expect(units.length / seconds).toBeLessThan(62);
			const ages = decode(log.bytes)
				.slice(2)
				.map((frame, index) => {
					const captured = units[index + 2]?.captureTime ?? 0;
					return (
						(Math.floor(captured) - (readClockStrip(frame) ?? Number.NaN) + CLOCK_PERIOD_MS) % CLOCK_PERIOD_MS
					);
				});
			const median = ages.toSorted((a, b) => a - b)[Math.floor(ages.length / 2)];
			expect(median, "ms from drawn to read").toBeLessThan(12);
			const times = units.map((unit) => unit.captureTime);
			expect(times).toEqual(times.toSorted((a, b) => a - b));
			for (const unit of units) expect(unit.encodedTime).toBeGreaterThanOrEqual(unit.captureTime);
		},
	);
});

describe("rate", () => {
	test("bounds the frames a second", async () => {
		await screen.show("clock", "--hz", "100");
		const { log, units } = startX11Source({ display: screen.display(), frameRate: 20 });
		await log.until(1);
		const from = units.length;
		const began = performance.now();
		await log.until(from + 20);
		expect((units.length - from) / ((performance.now() - began) / 1_000)).toBeLessThan(23);
	});

	test("changes while the source runs", async () => {
		await screen.show("clock", "--hz", "60");
		const { source, log, units } = startX11Source({ display: screen.display(), frameRate: 5 });
		await log.until(2);
		source.setRate({ bitrate: 1_000_000, frameRate: 60 });
		const from = units.length;
		const began = performance.now();
		await log.until(from + 40);
		expect(performance.now() - began).toBeLessThan(2_000);
	});

	test("does not hold up what input causes", async () => {
		await screen.show("echo");
		const { source, log } = startX11Source({ display: screen.display(), frameRate: 1 });
		await log.until(1);
		const input = new (loadAddon().X11Screen)({ display: screen.display(), onEnd: () => {} });
		const asked = performance.now();
		source.expectDamage();
		input.pointer(50, 50, 1);
		await log.until(2);
		expect(performance.now() - asked).toBeLessThan(150);
		input.close();
	});
});

describe("keyframes", () => {
	test("come when asked for, on an idle screen too, and never else", async () => {
		await screen.show("clock", "--hz", "60");
		const { source, log, units } = startX11Source({ display: screen.display() });
		await log.until(120);
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
