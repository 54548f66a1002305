import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../server/devices/clock.ts";
import { loadAddon } from "../../../server/native/load.ts";
import type { FrameMaker } from "../../../server/streams/frames.ts";
import { type JpegStream, JpegStreams, MAX_FORMATS } from "../../../server/streams/jpeg-stream.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import { CodedScreen } from "../../support/coded-screen.ts";
import { colourDistance } from "../../support/native-sources.ts";
import { BLACK, type Colour, look, RED, screenshot, TEAL } from "../../support/seen-picture.ts";

let screen: CodedScreen;
let maker: FrameMaker;
let streams: JpegStreams;
let opened: JpegStream[];
beforeEach(() => {
	screen = new CodedScreen();
	maker = { decoder: loadAddon().FrameDecoder, clock: systemClock };
	streams = new JpegStreams(maker);
	opened = [];
});
afterEach(() => {
	for (const stream of opened) stream.close();
	screen.close();
});

const start = (options: Partial<{ quality: number; scale: number; frameRate: number }> = {}) => {
	const stream = streams.open(screen, { quality: 0.7, scale: 1, frameRate: 60, ...options });
	opened.push(stream);
	return stream;
};
/** Takes frames until one has the colour. */
async function until(pictures: JpegStream, colour: Colour): Promise<Awaited<ReturnType<typeof look>>> {
	for (;;) {
		const seen = await look(await pictures.next());
		if (colourDistance(seen.colour, colour) < 10) return seen;
	}
}

describe("a stream of pictures", () => {
	it("shows the screen at its full size as JPEGs, and each change of it", async () => {
		screen.show(RED);
		const pictures = start();
		const first = await pictures.next();
		expect([...first.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
		const seen = await look(first);
		expect(seen.size).toEqual([320, 240]);
		expect(colourDistance(seen.colour, RED)).toBeLessThan(10);
		screen.show(TEAL);
		await until(pictures, TEAL);
	});

	it("gives the newest to a reader that was away", async () => {
		screen.show(RED);
		const pictures = start();
		await pictures.next();
		for (let grey = 0; grey < 200; grey += 20) screen.show([grey, grey, grey]);
		const shown = screen.show(TEAL);
		await expect.poll(() => screen.lastPassed, { interval: 2 }).toBeGreaterThanOrEqual(shown);
		const { colour } = await look(await pictures.next());
		expect(colourDistance(colour, TEAL)).toBeLessThan(10);
	});

	it("takes a new scale at once, and a new quality", async () => {
		screen.show(RED);
		const pictures = start();
		await pictures.next();
		pictures.configure({ scale: 2 });
		expect((await look(await pictures.next())).size).toEqual([160, 120]);
		pictures.configure({ scale: 4, quality: 0.1 });
		expect((await look(await pictures.next())).size).toEqual([80, 60]);
	});

	it("gives no more than its frame rate", async () => {
		screen.show(RED);
		const clock = new FakeClock();
		streams = new JpegStreams({ ...maker, clock });
		const pictures = start({ frameRate: 4 });
		await pictures.next();
		const next = pictures.next();
		clock.advance(249);
		await settled();
		expect(clock.pending).toBe(1);
		clock.advance(1);
		expect(clock.pending).toBe(0);
		screen.show(TEAL);
		await next;
	});

	it("ends whoever waits when it is closed, and watches no more", async () => {
		const pictures = start();
		expect(screen.watchers).toBe(1);
		const next = pictures.next();
		await settled();
		pictures.close();
		pictures.close();
		await expect(next).rejects.toMatchObject({ code: "frames-closed" });
		await expect(pictures.next()).rejects.toMatchObject({ code: "frames-closed" });
		expect(screen.watchers).toBe(0);
	});

	it("has one reader at a time", async () => {
		const pictures = start();
		void pictures.next().catch(() => {});
		await settled();
		await expect(pictures.next()).rejects.toMatchObject({ code: "frame-awaited" });
	});
});

describe("many streams of one device", () => {
	it("share what is made for them, and each gets every change", async () => {
		screen.show(RED);
		const many = Array.from({ length: 40 }, (_, index) => start({ quality: 0.7 + (index % 3) / 100 }));
		const first = await Promise.all(many.map((pictures) => pictures.next()));
		expect(new Set(first).size).toBe(1);
		expect([streams.formats, screen.watchers]).toEqual([1, 1]);
		screen.show(TEAL);
		await Promise.all(many.map((pictures) => until(pictures, TEAL)));
	});

	it("make no more kinds than a device may cost: the most similar one is given instead", async () => {
		screen.show(RED);
		const kinds = [0.1, 0.4, 0.7, 1].map((quality) => start({ quality }));
		expect(kinds).toHaveLength(MAX_FORMATS);
		const others = Array.from({ length: 20 }, (_, index) =>
			start({ quality: index / 20, scale: 1 + (index % 4) }),
		);
		const pictures = await Promise.all([...kinds, ...others].map((one) => one.next()));
		expect([streams.formats, screen.watchers]).toEqual([MAX_FORMATS, MAX_FORMATS]);
		expect(new Set(pictures).size).toBe(MAX_FORMATS);
	});

	it("go on when the one leaves whose visit brought the frames, and end with the last", async () => {
		screen.show(RED);
		const [one, two, three] = [start(), start(), start()];
		await Promise.all([one.next(), two.next(), three.next()]);
		const waiting = until(two, TEAL);
		one.close();
		screen.show(TEAL);
		await waiting;
		two.close();
		await until(three, TEAL);
		expect(screen.watchers).toBe(1);
		three.close();
		expect([streams.formats, screen.watchers]).toEqual([0, 0]);
	});

	it("show a newcomer the screen that does not change", async () => {
		screen.show(RED);
		await until(start(), RED);
		await until(start(), RED);
	});
});

describe("without a decoder", () => {
	let clock: FakeClock;
	beforeEach(() => {
		clock = new FakeClock();
		streams = new JpegStreams({ decoder: undefined, clock });
		screen.screenshots = [screenshot(BLACK), screenshot(BLACK), screenshot(TEAL)];
	});

	it("pictures are the device's screenshots, those that differ, four a second", async () => {
		const pictures = start();
		expect(await pictures.next()).toEqual(screenshot(BLACK));
		const next = pictures.next();
		await clock.pass(500, 50);
		expect(await next).toEqual(screenshot(TEAL));
		pictures.close();
		expect(clock.pending).toBe(0);
	});
});
