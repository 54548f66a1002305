import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../server/devices/clock.ts";
import { loadAddon } from "../../../server/native/load.ts";
import type { FrameMaker } from "../../../server/streams/frames.ts";
import { FRAME_WITHIN, SharedScreenshots, takeScreenshot } from "../../../server/streams/screenshot.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import { CodedScreen } from "../../support/coded-screen.ts";
import { colourDistance } from "../../support/native-sources.ts";
import { BLACK, look, RED, screenshot, TEAL } from "../../support/seen-picture.ts";

let screen: CodedScreen;
let maker: FrameMaker;
beforeEach(() => {
	screen = new CodedScreen();
	maker = { decoder: loadAddon().FrameDecoder, clock: systemClock };
});
afterEach(() => {
	screen.close();
});

describe("a screenshot", () => {
	it.each([
		["image/jpeg", "ffd8ff"],
		["image/png", "89504e"],
	] as const)("is a picture of type %s, of the size that is asked for", async (type, magic) => {
		screen.show(RED);
		const { type: told, data } = await takeScreenshot(screen, maker, { type, quality: 0.85, scale: 2 });
		expect([told, Buffer.from(data.subarray(0, 3)).toString("hex")]).toEqual([type, magic]);
		const { size, colour } = await look(data);
		expect(size).toEqual([160, 120]);
		expect(colourDistance(colour, RED)).toBeLessThan(10);
		expect(screen.watchers).toBe(0);
	});

	it("is larger in a better quality", async () => {
		screen.show(RED);
		const options = { type: "image/jpeg", scale: 1 } as const;
		const fine = await takeScreenshot(screen, maker, { ...options, quality: 1 });
		const coarse = await takeScreenshot(screen, maker, { ...options, quality: 0.1 });
		expect(fine.data.length).toBeGreaterThan(coarse.data.length);
	});

	it("is given up when no picture comes within two seconds", async () => {
		const clock = new FakeClock();
		const options = { type: "image/jpeg", quality: 0.85, scale: 1 } as const;
		const shot = takeScreenshot(screen, { ...maker, clock }, options);
		await settled();
		clock.advance(FRAME_WITHIN);
		await expect(shot).rejects.toMatchObject({ code: "no-frame" });
		expect(screen.watchers).toBe(0);
	});
});

describe("many who ask for a screenshot", () => {
	const options = { type: "image/jpeg", quality: 0.85, scale: 1 } as const;

	it("get the same one, made once", async () => {
		screen.show(RED);
		const shared = new SharedScreenshots(maker);
		const all = Array.from({ length: 100 }, (_, at) => ({ ...options, quality: 0.85 + (at % 2) / 100 }));
		const shots = await Promise.all(all.map((one) => shared.take(screen, one)));
		expect(new Set(shots).size).toBe(1);
		expect(screen.watchers).toBe(0);
	});

	it("get another one a tenth of a second later", async () => {
		screen.show(RED);
		const clock = new FakeClock();
		const shared = new SharedScreenshots({ ...maker, clock });
		const first = await shared.take(screen, options);
		clock.advance(99);
		expect(await shared.take(screen, options)).toBe(first);
		clock.advance(1);
		screen.show(TEAL);
		expect(await shared.take(screen, options)).not.toBe(first);
	});

	it("of many kinds have two made at a time, wait for their turn, and are refused beyond that", async () => {
		screen.show(RED);
		const shared = new SharedScreenshots(maker);
		const kinds = [1, 2, 3, 4].flatMap((scale) =>
			Array.from({ length: 20 }, (_, step) => ({ ...options, scale, quality: step / 20 })),
		);
		let most = 0;
		const look = setInterval(() => {
			most = Math.max(most, screen.watchers);
		}, 1);
		const shots = await Promise.allSettled(kinds.map((kind) => shared.take(screen, kind)));
		clearInterval(look);
		expect(most).toBeLessThanOrEqual(2);
		const refused = shots.flatMap((shot) => (shot.status === "rejected" ? [shot.reason] : []));
		expect(shots.length - refused.length).toBe(34);
		for (const error of refused) expect(error).toMatchObject({ code: "too-fast" });
		await shared.take(screen, { ...options, quality: 0.5 });
	});
});

describe("without a decoder", () => {
	let clock: FakeClock;
	beforeEach(() => {
		clock = new FakeClock();
		maker = { decoder: undefined, clock };
		screen.screenshots = [screenshot(BLACK), screenshot(BLACK), screenshot(TEAL)];
	});

	it("a screenshot is a screenshot, as a PNG too", async () => {
		const jpeg = await takeScreenshot(screen, maker, { type: "image/jpeg", quality: 0.8, scale: 1 });
		expect(jpeg.data).toEqual(screenshot(BLACK));
		screen.screenshots = [screenshot(TEAL)];
		const png = await takeScreenshot(screen, maker, { type: "image/png", quality: 0.8, scale: 1 });
		expect(colourDistance((await look(png.data)).colour, TEAL)).toBeLessThan(10);
		expect(clock.pending).toBe(0);
	});

	it("a device that has no screenshots says so", async () => {
		screen.screenshots = [];
		const options = { type: "image/jpeg", quality: 0.8, scale: 1 } as const;
		await expect(takeScreenshot(screen, maker, options)).rejects.toThrow("There is no screenshot.");
	});
});
