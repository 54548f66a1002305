import { createCanvas, loadImage } from "@napi-rs/canvas";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../server/devices/clock.ts";
import { loadAddon } from "../../../server/native/load.ts";
import type { PictureMaker } from "../../../server/pictures/open-pictures.ts";
import { PictureStream } from "../../../server/pictures/picture-stream.ts";
import { PICTURE_WITHIN, takeScreenshot } from "../../../server/pictures/screenshot.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import { CodedScreen } from "../../support/coded-screen.ts";
import { colourDistance } from "../../support/native-sources.ts";

type Colour = [number, number, number];
const RED: Colour = [220, 40, 30];
const TEAL: Colour = [20, 160, 140];
const BLACK: Colour = [0, 0, 0];

let screen: CodedScreen;
let maker: PictureMaker;
let stream: PictureStream | undefined;
beforeEach(() => {
	screen = new CodedScreen();
	maker = { decoder: loadAddon().PictureDecoder, clock: systemClock };
});
afterEach(() => {
	stream?.close();
	stream = undefined;
	screen.close();
});

/** Size of a compressed picture, and its colour in the middle. */
async function look(data: Uint8Array): Promise<{ size: [number, number]; colour: number[] }> {
	const image = await loadImage(data);
	const canvas = createCanvas(image.width, image.height);
	const context = canvas.getContext("2d");
	context.drawImage(image, 0, 0);
	const { data: pixel } = context.getImageData(image.width / 2, image.height / 2, 1, 1);
	return { size: [image.width, image.height], colour: [...pixel.slice(0, 3)] };
}

const start = (options: Partial<{ quality: number; scale: number; frameRate: number }> = {}) => {
	stream = new PictureStream(screen, maker, { quality: 0.7, scale: 1, frameRate: 60, ...options });
	return stream;
};
/** Takes pictures until one has the colour. */
async function until(pictures: PictureStream, colour: Colour): Promise<Awaited<ReturnType<typeof look>>> {
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
		maker = { ...maker, clock };
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
		await expect(next).rejects.toMatchObject({ code: "pictures-closed" });
		await expect(pictures.next()).rejects.toMatchObject({ code: "pictures-closed" });
		expect(screen.watchers).toBe(0);
	});

	it("has one reader at a time", async () => {
		const pictures = start();
		void pictures.next().catch(() => {});
		await settled();
		await expect(pictures.next()).rejects.toMatchObject({ code: "picture-awaited" });
	});
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
		clock.advance(PICTURE_WITHIN);
		await expect(shot).rejects.toMatchObject({ code: "no-picture" });
		expect(screen.watchers).toBe(0);
	});
});

describe("without a decoder", () => {
	const still = (colour: Colour) => {
		const canvas = createCanvas(32, 24);
		const context = canvas.getContext("2d");
		context.fillStyle = `rgb(${colour.join(",")})`;
		context.fillRect(0, 0, 32, 24);
		return canvas.encodeSync("jpeg", 90);
	};
	let clock: FakeClock;
	beforeEach(() => {
		clock = new FakeClock();
		maker = { decoder: undefined, clock };
		screen.stills = [still(BLACK), still(BLACK), still(TEAL)];
	});

	it("pictures are the device's stills, those that differ, four a second", async () => {
		const pictures = start();
		expect(await pictures.next()).toEqual(still(BLACK));
		const next = pictures.next();
		await clock.pass(500, 50);
		expect(await next).toEqual(still(TEAL));
		pictures.close();
		expect(clock.pending).toBe(0);
	});

	it("a screenshot is a still, as a PNG too", async () => {
		const jpeg = await takeScreenshot(screen, maker, { type: "image/jpeg", quality: 0.8, scale: 1 });
		expect(jpeg.data).toEqual(still(BLACK));
		screen.stills = [still(TEAL)];
		const png = await takeScreenshot(screen, maker, { type: "image/png", quality: 0.8, scale: 1 });
		expect(colourDistance((await look(png.data)).colour, TEAL)).toBeLessThan(10);
		expect(clock.pending).toBe(0);
	});

	it("a device that has no stills says so", async () => {
		screen.stills = [];
		const options = { type: "image/jpeg", quality: 0.8, scale: 1 } as const;
		await expect(takeScreenshot(screen, maker, options)).rejects.toThrow("There is no still.");
	});
});
