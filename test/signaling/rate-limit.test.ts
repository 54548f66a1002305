import { beforeEach, describe, expect, it } from "vitest";
import { networkOf, RateLimit } from "../../signaling/rate-limit.ts";

let now: number;
let limit: RateLimit;
beforeEach(() => {
	now = 0;
	limit = new RateLimit(3, 60_000, () => now);
});

const taken = (key: string, times: number) => Array.from({ length: times }, () => limit.take(key));

describe("a rate limit", () => {
	it("lets so many through at once, and each key for itself", () => {
		expect(taken("a", 5)).toEqual([true, true, true, false, false]);
		expect(taken("b", 1)).toEqual([true]);
	});

	it("gives tries back evenly, never more than there were", () => {
		taken("a", 3);
		now = 19_999;
		expect(limit.take("a")).toBe(false);
		now = 20_000;
		expect(taken("a", 2)).toEqual([true, false]);
		now = 10_000_000;
		expect(taken("a", 4)).toEqual([true, true, true, false]);
	});

	it("can say whether a try is left without spending it", () => {
		expect([limit.has("a"), limit.has("a")]).toEqual([true, true]);
		expect(taken("a", 4)).toEqual([true, true, true, false]);
		expect(limit.has("a")).toBe(false);
		now = 20_000;
		expect(limit.has("a")).toBe(true);
	});

	it("gives nothing back when the clock is set back", () => {
		taken("a", 3);
		now = -100_000;
		expect(limit.take("a")).toBe(false);
	});

	it("remembers a bounded number of keys, those in use longest", () => {
		taken("a", 3);
		for (let key = 0; key < 10_500; key++) {
			limit.take(`other ${key}`);
			if (key % 100 === 0) expect(limit.take("a")).toBe(false);
		}
		for (let key = 0; key < 10_000; key++) limit.take(`third ${key}`);
		expect(limit.take("a")).toBe(true);
	});
});

it.each([
	["192.0.2.7", "192.0.2.7"],
	["::ffff:192.0.2.7", "192.0.2.7"],
	["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
	["2001:DB8:1:2::1", "2001:db8:1:2"],
	["2001:0db8:0001:0002::", "2001:db8:1:2"],
	["2001:db8::5", "2001:db8:0:0"],
	["::1", "0:0:0:0"],
	["::", "0:0:0:0"],
	["fe80::1:2:3:4%eth0", "fe80:0:0:0"],
	["", "unknown"],
	["nonsense", "unknown"],
])("counts %s as %s", (address, network) => {
	expect(networkOf(address)).toBe(network);
});

it("counts a request without an address, too", () => {
	expect(networkOf(undefined)).toBe("unknown");
});
