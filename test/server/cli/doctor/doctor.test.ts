import { describe, expect, it, vi } from "vitest";
import type { Finding } from "../../../../server/cli/doctor/report.ts";
import { porthole } from "../../../support/command-line.ts";

// Each test starts a process, which a busy machine may take its time for.
vi.setConfig({ testTimeout: 30_000 });

async function examine(env: Record<string, string> = {}) {
	const { code, stdout, stderr } = await porthole(["doctor", "--json"], { DISPLAY: "", ...env });
	const { healthy, findings }: { healthy: boolean; findings: Finding[] } = JSON.parse(stdout);
	return {
		code,
		stderr,
		healthy,
		findings,
		named: (name: string) => findings.find((one) => one.name === name),
	};
}

describe("porthole doctor", () => {
	it("finds what everything else here runs on, and ends by whether it is all there", async () => {
		const { code, stderr, healthy, findings, named } = await examine();
		expect(stderr).toBe("");
		for (const name of ["node", "addon", "encoder openh264", "page"]) {
			expect(named(name), name).toMatchObject({ state: "good" });
		}
		expect(named("encoder openh264")?.detail).toMatch(/a picture of [1-9]\d* bytes/);
		expect(healthy).toBe(findings.every(({ state }) => state !== "bad"));
		expect(code).toBe(healthy ? 0 : 1);
	});

	it("has a remedy for whatever is not good, and reports what only costs a feature as such", async () => {
		const { code, healthy, findings, named } = await examine({ DISPLAY: ":987", PATH: "/nowhere" });
		expect(named("display")).toMatchObject({ state: "warning", detail: expect.stringContaining(":987") });
		expect(named("program Xvfb")).toMatchObject({ state: "warning", remedy: "apt-get install xvfb" });
		for (const finding of findings) expect(Boolean(finding.remedy)).toBe(finding.state !== "good");
		expect([code, healthy]).toEqual([0, true]);
	});

	it("says the same to people, a line a finding", async () => {
		const { code, stdout } = await porthole(["doctor"], { DISPLAY: ":987" });
		expect(code).toBe(0);
		expect(stdout).toMatch(/^✓ node: /m);
		expect(stdout).toMatch(/^! display: :987.*\n {4}→ Check DISPLAY/m);
	});
});
