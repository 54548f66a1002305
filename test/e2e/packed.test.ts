import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Finding } from "../../server/cli/doctor/report.ts";
import { type InstalledPorthole, installPacked } from "../support/packed-porthole.ts";
import { newStateFolder, startProduct } from "../support/product.ts";

let installed: InstalledPorthole;
let state: string;
beforeAll(async () => {
	state = await newStateFolder();
	installed = await installPacked();
});
afterAll(async () => {
	await installed?.close();
	await rm(state, { recursive: true, force: true });
});

it("the tarball has what runs, and neither tests nor what only a clone needs", () => {
	const { names } = installed;
	expect(names).toEqual(
		expect.arrayContaining([
			"package.json",
			"LICENSE",
			"bin/porthole.mjs",
			"dist/server/cli/main.js",
			"dist/server/index.js",
			"dist/signaling/rooms/signaling-server.js",
			"dist/server/devices/x11/desktop/openbox/openbox.xml",
			"dist/server/devices/x11/desktop/openbox/program.xml",
			"out/index.html",
			"out/devices/_.html",
			`prebuilds/${process.platform}-${process.arch}/porthole.node`,
		]),
	);
	expect(names.filter((name) => !/^(bin|dist|out|prebuilds)\/|^[^/]+$/.test(name))).toEqual([]);
	expect(names.filter((name) => /\.tsx?$|\.test\.|^dist\/test\//.test(name))).toEqual([]);
});

it("doctor runs from node_modules, with the prebuild", async () => {
	const { code, stdout, stderr } = await run([installed.program, "doctor", "--json"]);
	expect([code, stderr]).toEqual([0, ""]);
	const { healthy, findings }: { healthy: boolean; findings: Finding[] } = JSON.parse(stdout);
	expect(healthy).toBe(true);
	const addon = findings.find(({ name }) => name === "addon");
	expect(addon).toMatchObject({ state: "good", detail: expect.stringContaining("prebuild") });
});

it("serve opens a device and its page from node_modules", async () => {
	const product = await startProduct({ program: installed.program, devices: ["demo:"], state });
	try {
		expect(product.deviceIds).toEqual(["demo"]);
		expect(await (await fetch(`${product.origin}/healthz`)).json()).toMatchObject({ status: "ok" });
		const page = await fetch(`${product.origin}/devices/demo`);
		expect(await page.text()).toContain("<title>");
	} finally {
		await product.close();
	}
});

function run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
	return new Promise((resolve) => {
		execFile(process.execPath, args, { env: { ...process.env, DISPLAY: "" } }, (error, stdout, stderr) => {
			resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
		});
	});
}
