import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	chooseClockOrigin,
	compactNtp,
	ntpTime,
	rtpTimestamp,
} from "../../../../server/webrtc/rtp/media-clock.ts";

describe("the media clock", () => {
	it("counts NTP seconds from 1900", () => {
		expect(ntpTime(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
		expect(ntpTime(1500)).toEqual({ seconds: 2_208_988_801, fraction: 0x8000_0000 });
	});

	it("takes the middle bits for a report", () => {
		expect(compactNtp({ seconds: 0x1234_5678, fraction: 0x9abc_def0 })).toBe(0x5678_9abc);
	});

	it("counts 90 ticks a millisecond and wraps at 2^32", () => {
		expect(rtpTimestamp(1010, 1000)).toBe(900);
		expect(rtpTimestamp(1000 + 2 ** 32 / 90, 1000)).toBe(0);
	});

	it("gives a timestamp for any time and origin", () => {
		const time = fc.double({ min: 0, max: 4e12, noNaN: true });
		fc.assert(
			fc.property(time, time, (now, origin) => {
				const timestamp = rtpTimestamp(now, origin);
				expect(Number.isInteger(timestamp) && timestamp >= 0 && timestamp < 2 ** 32).toBe(true);
			}),
		);
	});

	it("begins anywhere in the range of timestamps", () => {
		const now = 1_700_000_000_000;
		expect(rtpTimestamp(now, chooseClockOrigin(now, 0))).toBe(0);
		expect(rtpTimestamp(now, chooseClockOrigin(now, 0.5))).toBeCloseTo(2 ** 31, -3);
	});
});
