import { expect, test } from "vitest";
import { percentile, summarize } from "./percentiles.ts";

test("the median of an even count lies between the two in the middle, whatever the order", () => {
	expect(percentile([4, 1, 3, 2], 0.5)).toBe(2.5);
	expect(percentile([10, 2, 1], 0.5)).toBe(2);
});

test("numbers are ordered as numbers, not as text", () => {
	expect(percentile([9, 10, 100], 1)).toBe(100);
});

test("p95 of 0..100 is 95, and one sample is every percentile", () => {
	const hundred = Array.from({ length: 101 }, (_, value) => value);
	expect(summarize(hundred)).toEqual({ count: 101, median: 50, p95: 95 });
	expect(summarize([7])).toEqual({ count: 1, median: 7, p95: 7 });
});

test("an empty series has no value at all", () => {
	expect(summarize([])).toEqual({ count: 0, median: Number.NaN, p95: Number.NaN });
});
