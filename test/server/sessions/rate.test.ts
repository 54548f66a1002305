import { expect, it } from "vitest";
import { mostRates, rateFor } from "../../../server/sessions/rate.ts";

it("grows with the picture, about 4 Mbit/s at 720p60, within bounds", () => {
	expect(rateFor({ width: 1280, height: 720 }, {})).toEqual({ bitrate: 3_981_312, frameRate: 60 });
	expect(rateFor({ width: 320, height: 240 }, {}).bitrate).toBe(1_500_000);
	expect(rateFor({ width: 7680, height: 4320 }, {}).bitrate).toBe(20_000_000);
});

it("follows the frame rate that was asked for, and leaves a bitrate that was asked for alone", () => {
	expect(rateFor({ width: 1920, height: 1080 }, { frameRate: 30 })).toEqual({
		bitrate: 4_478_976,
		frameRate: 30,
	});
	expect(rateFor({ width: 1920, height: 1080 }, { bitrate: 300_000 }).bitrate).toBe(300_000);
});

it("gives the small rendition a quarter of the rate within bounds, half the pictures, and never most of it", () => {
	const small = (width: number, height: number, asked: { bitrate?: number; frameRate?: number } = {}) =>
		mostRates({ width, height }, asked, true).small;
	expect(small(1280, 720)).toEqual({ bitrate: 995_328, frameRate: 30 });
	expect(small(320, 240)).toEqual({ bitrate: 375_000, frameRate: 30 });
	expect(small(7680, 4320)).toEqual({ bitrate: 2_500_000, frameRate: 30 });
	expect(small(1280, 720, { bitrate: 800_000 })?.bitrate).toBe(300_000);
	expect(small(1280, 720, { bitrate: 400_000 })?.bitrate).toBe(200_000);
	expect(small(1280, 720, { frameRate: 1 })?.frameRate).toBe(1);
	expect(small(1280, 31)).toBeUndefined();
	expect(mostRates({ width: 1280, height: 720 }, {}, false).small).toBeUndefined();
});
