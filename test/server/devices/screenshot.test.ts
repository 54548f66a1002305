import { createCanvas, loadImage } from "@napi-rs/canvas";
import { describe, expect, it } from "vitest";
import { encodeScreenshot, shrink } from "../../../server/devices/screenshot.ts";

/** BGRA pixels of one colour for each column. */
function columns(width: number, height: number, colours: readonly [number, number, number][]) {
	const data = Buffer.alloc(width * height * 4, 255);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const [red, green, blue] = colours[Math.floor((x * colours.length) / width)] ?? [0, 0, 0];
			data.set([blue, green, red], (y * width + x) * 4);
		}
	}
	return { width, height, data };
}

describe("screenshot", () => {
	it("keeps a small picture as it is, with red and blue in a canvas's order", () => {
		const small = shrink(
			columns(2, 1, [
				[10, 20, 30],
				[40, 50, 60],
			]),
			480,
		);
		expect([small.width, small.height]).toEqual([2, 1]);
		expect([...small.data]).toEqual([10, 20, 30, 255, 40, 50, 60, 255]);
	});

	it("makes each pixel the mean of those it covers", () => {
		const small = shrink(
			columns(4, 2, [
				[0, 0, 0],
				[200, 100, 50],
				[10, 10, 10],
				[30, 30, 30],
			]),
			2,
		);
		expect([small.width, small.height]).toEqual([2, 1]);
		expect([...small.data]).toEqual([100, 50, 25, 255, 20, 20, 20, 255]);
	});

	it.each([
		[1280, 720, 480, 270],
		[1366, 768, 480, 270],
		[481, 3, 480, 3],
		[3000, 1, 480, 1],
	])("scales %i by %i down to %i by %i without a hole", (width, height, newWidth, newHeight) => {
		const small = shrink(columns(width, height, [[89, 120, 150]]), 480);
		expect([small.width, small.height]).toEqual([newWidth, newHeight]);
		const pixels = new Uint32Array(small.data.buffer);
		expect(new Set(pixels)).toEqual(new Set([0xff967859]));
	});

	it("is a JPEG of the right colours", async () => {
		const screenshot = encodeScreenshot(
			columns(960, 540, [
				[220, 30, 30],
				[30, 30, 220],
			]),
			480,
		);
		const image = await loadImage(Buffer.from(screenshot.data));
		const brush = createCanvas(image.width, image.height).getContext("2d");
		brush.drawImage(image, 0, 0);
		const [red, , blue] = brush.getImageData(100, 100, 1, 1).data;
		expect([image.width, image.height, screenshot.type]).toEqual([480, 270, "image/jpeg"]);
		expect(red).toBeGreaterThan(200);
		expect(blue).toBeLessThan(60);
	});
});
