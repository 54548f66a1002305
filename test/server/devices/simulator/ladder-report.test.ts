import { describe, expect, test } from "vitest";
import {
	ladderReport,
	type RungFinding,
	reasonsAbove,
} from "../../../../server/devices/simulator/ladder-report.ts";

const findings: RungFinding[] = [
	{ name: "screenshots", usable: true, detail: "simctl" },
	{ name: "addon", usable: false, detail: "this build has no simulators" },
	{ name: "baguette", usable: true, detail: "baguette 0.2.2" },
	{ name: "serve-sim", usable: false, detail: "not installed" },
];

describe("the ladder's report", () => {
	test("chooses the best way that can be used, and says why better ones are not", () => {
		const report = ladderReport(findings);
		expect(report.chosen).toBe("baguette");
		expect(report.rungs.map(({ name, state }) => [name, state])).toEqual([
			["addon", "unusable"],
			["baguette", "in-use"],
			["serve-sim", "unusable"],
			["screenshots", "spare"],
		]);
		expect(reasonsAbove(report)).toBe("addon: this build has no simulators.");
	});

	test("goes below one that failed while it ran, with its reason", () => {
		const report = ladderReport(findings, { failed: new Map([["baguette", "It ended 3 times."]]) });
		expect(report.chosen).toBe("screenshots");
		expect(report.rungs[1]).toMatchObject({ state: "failed", detail: "It ended 3 times." });
		expect(reasonsAbove(report)).toBe(
			"addon: this build has no simulators. baguette: It ended 3 times. serve-sim: not installed.",
		);
	});

	test("keeps to the one that was asked for, also when a better one is there or it cannot be used", () => {
		const report = ladderReport(findings, { forced: "screenshots" });
		expect(report.chosen).toBe("screenshots");
		expect(reasonsAbove(report)).toBe("");
		const unusable = ladderReport(findings, { forced: "addon" });
		expect(unusable.chosen).toBeUndefined();
		expect(unusable.rungs.map(({ state }) => state)).toEqual([
			"unusable",
			"not-asked",
			"not-asked",
			"not-asked",
		]);
	});
});
