import { expect, it } from "vitest";
import { maxRates, rateFor, targetRates } from "../../../server/streams/bitrate.ts";
import type { TargetBitrates } from "../../../server/webrtc/media.ts";

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
		maxRates({ width, height }, asked, true).small;
	expect(small(1280, 720)).toEqual({ bitrate: 995_328, frameRate: 30 });
	expect(small(320, 240)).toEqual({ bitrate: 375_000, frameRate: 30 });
	expect(small(7680, 4320)).toEqual({ bitrate: 2_500_000, frameRate: 30 });
	expect(small(1280, 720, { bitrate: 800_000 })?.bitrate).toBe(300_000);
	expect(small(1280, 720, { bitrate: 400_000 })?.bitrate).toBe(200_000);
	expect(small(1280, 720, { frameRate: 1 })?.frameRate).toBe(1);
	expect(small(1280, 31)).toBeUndefined();
	expect(maxRates({ width: 1280, height: 720 }, {}, false).small).toBeUndefined();
});

it("is what gateways wish for only where no page says one, and then within bounds", () => {
	const most = maxRates({ width: 1280, height: 720 }, { bitrate: 4_000_000 }, true);
	const wanted = (...args: [TargetBitrates | undefined, TargetBitrates?]) => {
		const { main, small } = targetRates(most, ...args);
		return [main?.bitrate, small?.bitrate];
	};
	const all = Number.POSITIVE_INFINITY;
	expect(wanted(undefined)).toEqual([4_000_000, undefined]);
	expect(wanted(undefined, { small: all })).toEqual([undefined, 1_000_000]);
	expect(wanted({}, { main: all })).toEqual([4_000_000, undefined]);
	expect(wanted({}, { main: 1 })).toEqual([50_000, undefined]);
	expect(wanted({ main: 900_000 }, { main: all, small: 300_000 })).toEqual([900_000, 300_000]);
	expect(wanted({ small: 200_000 }, { main: 600_000, small: all })).toEqual([600_000, 200_000]);
	expect(wanted({}, {})).toEqual([undefined, undefined]);
});
