import { createCanvas } from "@napi-rs/canvas";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { AccessUnit } from "../../../../../server/devices/provider.ts";
import { EVERY, ScreenshotSource } from "../../../../../server/devices/simulator/backends/screenshots.ts";
import { loadAddon } from "../../../../../server/native/load.ts";
import { FakeClock } from "../../../../fakes/fake-clock.ts";
import { colourAt, lastFrame } from "../../../../support/decoded-frame.ts";

const rate = { bitrate: 2_000_000, frameRate: 30 };

function screen(colour: string, width = 161, height = 120): Buffer {
	const canvas = createCanvas(width, height);
	const context = canvas.getContext("2d");
	context.fillStyle = colour;
	context.fillRect(0, 0, width, height);
	return canvas.encodeSync("jpeg", 90);
}

async function open() {
	const clock = new FakeClock();
	const units: AccessUnit[] = [];
	const ended = vi.fn();
	const shown = { frame: screen("red"), failure: undefined as Error | undefined };
	const take = vi.fn(async () => {
		if (shown.failure) throw shown.failure;
		return shown.frame;
	});
	const source = await ScreenshotSource.open({
		addon: loadAddon(),
		clock,
		take,
		options: { ...rate, sink: { accessUnit: (unit) => void units.push(unit), ended } },
	});
	onTestFinished(() => source.close());
	const until = (count: number) => expect.poll(() => units.length).toBeGreaterThanOrEqual(count);
	/** One more look, to its end. */
	const look = async () => {
		const before = take.mock.calls.length;
		clock.advance(EVERY);
		await vi.waitFor(() => expect(clock.pending).toBe(1), 20_000);
		expect(take.mock.calls.length).toBe(before + 1);
	};
	return { clock, units, ended, shown, take, source, until, look };
}

describe("pictures that simctl takes", () => {
	test("are coded, the odd column left out, and again when they differ", async () => {
		const { units, shown, source, until, look } = await open();
		await until(1);
		expect(source.encoder).toMatch(/^screenshots, openh264/);
		expect(units[0]).toMatchObject({ keyframe: true, width: 160, height: 120 });
		shown.frame = screen("blue");
		await look();
		const blue = () => {
			const [red = 255, , strong = 0] = colourAt(lastFrame(units.map(({ data }) => data)), 80, 60);
			return strong - red;
		};
		await expect.poll(blue).toBeGreaterThan(150);
	});

	test("follow a new size with a keyframe", async () => {
		const { units, shown, until, look } = await open();
		await until(1);
		shown.frame = screen("red", 120, 160);
		await look();
		await expect.poll(() => units.at(-1)).toMatchObject({ width: 120, height: 160 });
	});

	test("are not taken while nobody watches", async () => {
		const { source, clock, take } = await open();
		source.setRate(undefined);
		clock.advance(60_000);
		expect(take).toHaveBeenCalledTimes(1);
		source.setRate(rate);
		clock.advance(0);
		await vi.waitFor(() => expect(take).toHaveBeenCalledTimes(2), 20_000);
	});

	test("end with the reason when they fail again and again", async () => {
		const { shown, ended, clock, look } = await open();
		shown.failure = new Error("Timeout waiting for screen surfaces");
		await look();
		shown.failure = undefined;
		await look();
		shown.failure = new Error("Timeout waiting for screen surfaces");
		await look();
		await look();
		expect(ended).not.toHaveBeenCalled();
		clock.advance(EVERY);
		await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(1), 20_000);
		expect(ended.mock.calls[0]?.[0]).toMatchObject({
			code: "no-screenshot",
			message: "The simulator gives no more pictures: Timeout waiting for screen surfaces.",
		});
		expect(clock.pending).toBe(0);
	});

	test("do not begin where the first cannot be had or read", async () => {
		const options = { ...rate, sink: { accessUnit() {}, ended() {} } };
		const parts = { addon: loadAddon(), clock: new FakeClock(), options };
		const opening = ScreenshotSource.open({ ...parts, take: async () => Buffer.from("no picture") });
		await expect(opening).rejects.toMatchObject({ code: "no-screenshot" });
	});
});
