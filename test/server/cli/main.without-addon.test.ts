import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { porthole, RunningCommand } from "../../support/command-line.ts";
import { newStateFolder } from "../../support/product.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let environment: Record<string, string>;
let signaling: RunningCommand;
beforeAll(async () => {
	environment = { PORTHOLE_ADDON: "/nowhere/porthole.node", PORTHOLE_STATE: await newStateFolder() };
	signaling = new RunningCommand("server/cli/main.ts", ["signaling", "--port", "0"], environment);
	await signaling.says(/^Open \S+/m);
});
afterAll(async () => {
	signaling.signalAll("SIGTERM");
	await signaling.outcome;
	await rm(environment.PORTHOLE_STATE ?? "", { recursive: true, force: true });
});

describe("without the addon", () => {
	it("signaling runs, and devices are listed", async () => {
		const { code, stdout, stderr } = await porthole(["devices", "--json"], environment);
		expect([code, stderr]).toEqual([0, ""]);
		expect(JSON.parse(stdout)).toEqual({ devices: [] });
	});

	it("doctor tells that it is missing, and the rest", async () => {
		const { code, stdout, stderr } = await porthole(["doctor", "--json"], environment);
		expect([code, stderr]).toEqual([1, ""]);
		const { findings } = JSON.parse(stdout);
		const bad = findings.filter(({ state }: { state: string }) => state === "bad");
		expect(bad.map(({ name }: { name: string }) => name)).toEqual(["addon", "encoders"]);
		expect(bad[0]).toMatchObject({
			detail: "explicit /nowhere/porthole.node: there is none",
			remedy: expect.stringContaining("PORTHOLE_ADDON"),
		});
	});

	it("help is there, and says why it has no kinds of device", async () => {
		const { code, stdout } = await porthole(["serve", "--help"], environment);
		expect(code).toBe(0);
		expect(stdout).toContain("--port N");
		expect(stdout).toContain("Kinds of device are not listed: The native addon cannot be loaded.");
	});

	it.each(["serve", "hxfr"])("%s says so in words", async (command) => {
		const args = command === "serve" ? ["--port", "0"] : ["--listen", "unix:/tmp/porthole-none"];
		const { code, stderr } = await porthole([command, ...args, "--device", "demo:"], environment);
		expect(code).toBe(1);
		expect(stderr).toMatch(/^porthole: The native addon cannot be loaded\.\n {2}explicit .*: there is none/);
		expect(stderr).toContain("(addon-missing)");
		expect(stderr).not.toMatch(/ {4}at /);
	});
});
