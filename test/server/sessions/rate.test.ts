import { expect, it } from "vitest";
import { rateFor } from "../../../server/sessions/rate.ts";

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
