import { expect, test } from "vitest";
import { isMet, ofReading, ofSeries } from "./figure.ts";
import { formatTable } from "./table.ts";

const delay = { subject: "idle screen", measure: "click", unit: "ms" } as const;
const cpu = { subject: "idle screen", measure: "CPU", unit: "% of a core" } as const;

test("a target holds for the median and the p95 alike", () => {
	const target = { median: 14, p95: 25 };
	expect(isMet(ofSeries(delay, [14, 14, 14], target))).toBe(true);
	expect(isMet(ofSeries(delay, [15, 15, 15], target))).toBe(false);
	expect(isMet(ofSeries(delay, [1, 1, 40], target))).toBe(false);
});

test("a figure without samples meets no target, and without target there is nothing to meet", () => {
	expect(isMet(ofSeries(delay, [], { median: 14 }))).toBe(false);
	expect(isMet(ofSeries(delay, [1]))).toBeUndefined();
});

test("below means that the limit itself misses", () => {
	expect(isMet(ofReading(cpu, 2, { median: 2, below: true }))).toBe(false);
	expect(isMet(ofReading(cpu, 2, { median: 2 }))).toBe(true);
});

test("the table puts figures of one subject in one row, with what was asked and whether it was kept", () => {
	const table = formatTable([
		ofSeries(delay, [13, 13], { median: 14, p95: 25 }),
		ofReading(cpu, 2.5, { median: 2, below: true }),
	]);
	const [head, row, ...more] = table.split("\n");
	expect(head).toMatch(/click\s+CPU\s+target/);
	expect(row).toMatch(
		/^idle screen\s+13\.0 \/ 13\.0 ms \(n 2\)\s+2\.50 %\s+≤ 14 \/ 25 ms: met; < 2 %: NOT MET$/,
	);
	expect(more).toEqual([]);
});
