import { expect, it } from "vitest";
import { makeReport, reportLines } from "../../../../server/cli/doctor/report.ts";

const subject = { porthole: "0.1.0", node: "24.21.0", platform: "darwin", arch: "arm64" };

it("a report begins with the versions, and is healthy while nothing is bad", () => {
	const warning = { name: "a", state: "warning", detail: "b", remedy: "c" } as const;
	expect(makeReport(subject, [warning], "/Users/anna")).toEqual({
		...subject,
		healthy: true,
		findings: [warning],
	});
	expect(makeReport(subject, [warning, { ...warning, state: "bad" }], "/Users/anna").healthy).toBe(false);
});

it("a report has no names of people in its paths, wherever they are", () => {
	const finding = {
		name: "in /Users/anna/x",
		state: "bad",
		detail: "/Users/anna/Library: /Users/berta/y, /home/carl:/Users/Shared/z",
		remedy: "Remove /Users/anna.",
	} as const;
	const { findings } = makeReport(subject, [finding], "/Users/anna");
	expect(findings).toEqual([
		{
			name: "in ~/x",
			state: "bad",
			detail: "~/Library: /Users/…/y, /home/…:/Users/Shared/z",
			remedy: "Remove ~.",
		},
	]);
});

it("a home that is the root folder is no name", () => {
	const finding = { name: "a", state: "good", detail: "/usr/bin" } as const;
	expect(makeReport(subject, [finding], "/").findings).toEqual([finding]);
});

it("people read a line a finding, with its remedy below", () => {
	const report = makeReport(
		subject,
		[
			{ name: "node", state: "good", detail: "24" },
			{ name: "addon", state: "bad", detail: "none", remedy: "Build it." },
		],
		"/root",
	);
	expect(reportLines(report)).toEqual(["✓ node: 24", "✗ addon: none\n    → Build it."]);
});
