import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Screenshots, Simctl } from "../../../../../server/devices/simulator/tools/simctl.ts";
import { FakeTools } from "../../../../fakes/fake-tools.ts";

const UDID = "0B5C3E5A-17A0-4A3F-9B63-2F4D1C0E9A77";
const OTHER = "11111111-2222-3333-4444-555555555555";

/** As simctl prints them, with what is not taken note of. */
const devices = JSON.stringify({
	devices: {
		"com.apple.CoreSimulator.SimRuntime.iOS-26-1": [
			{
				dataPath: "/Users/me/data",
				udid: UDID,
				isAvailable: true,
				deviceTypeIdentifier: "com.apple.CoreSimulator.SimDeviceType.iPhone-17",
				state: "Booted",
				name: "My phone",
			},
			{ udid: "not a udid", state: "Shutdown", name: "broken" },
			{ udid: OTHER, isAvailable: false, state: "Shutdown", name: "no runtime" },
		],
		"com.apple.CoreSimulator.SimRuntime.tvOS-26-0": [
			{ udid: OTHER, state: "Shutting Down", name: "Apple TV" },
		],
	},
});
const devicetypes = JSON.stringify({
	devicetypes: [
		{
			productFamily: "iPhone",
			bundlePath: "/Types/iPhone 17.simdevicetype",
			identifier: "com.apple.CoreSimulator.SimDeviceType.iPhone-17",
			name: "iPhone 17",
		},
	],
});

function fakeSimctl(deviceSet?: string) {
	const tools = new FakeTools();
	const set = deviceSet === undefined ? "" : ` --set ${deviceSet}`;
	tools.on(`xcrun simctl${set} list -j devices`, { output: devices });
	tools.on(`xcrun simctl${set} list -j devicetypes`, { output: devicetypes });
	return { tools, simctl: new Simctl(tools, deviceSet) };
}

describe("simctl", () => {
	test("lists simulators whose runtime is there, with their types", async () => {
		const { tools, simctl } = fakeSimctl();
		expect(await simctl.list()).toEqual([
			{
				udid: UDID,
				name: "My phone",
				runtime: "iOS 26.1",
				state: "Booted",
				deviceType: {
					identifier: "com.apple.CoreSimulator.SimDeviceType.iPhone-17",
					name: "iPhone 17",
					bundlePath: "/Types/iPhone 17.simdevicetype",
				},
			},
			{ udid: OTHER, name: "Apple TV", runtime: "tvOS 26.0", state: "ShuttingDown" },
		]);
		await simctl.list();
		expect(tools.ran.filter((line) => line.endsWith("devicetypes"))).toHaveLength(1);
	});

	test("speaks of another device set in every command", async () => {
		const { tools, simctl } = fakeSimctl("/tmp/set");
		await simctl.list();
		expect(tools.ran.every((line) => line.startsWith("xcrun simctl --set /tmp/set "))).toBe(true);
	});

	test("fails with a code when its answer cannot be read, and asks again for the types", async () => {
		const { tools, simctl } = fakeSimctl();
		tools.on("xcrun simctl list -j devicetypes", { output: "{" });
		await expect(simctl.list()).rejects.toMatchObject({ code: "bad-answer" });
		tools.on("xcrun simctl list -j devicetypes", { output: devicetypes });
		expect(await simctl.list()).toHaveLength(2);
	});

	test("says that a simulator is on already, and passes other failures on in its words", async () => {
		const { tools, simctl } = fakeSimctl();
		tools.on("xcrun simctl boot", {
			code: 149,
			words: "An error was encountered:\nUnable to boot device in current state: Booted\n",
		});
		tools.on("xcrun simctl shutdown", { code: 1, words: "Invalid device\n" });
		await expect(simctl.boot(UDID)).rejects.toMatchObject({
			code: "wrong-state",
			message: `The simulator ${UDID} could not boot: it is booted already.`,
		});
		await expect(simctl.shutdown(UDID)).rejects.toMatchObject({
			code: "program-failed",
			message: expect.stringContaining("exit code 1: Invalid device"),
		});
	});

	test("copies, pastes and shakes", async () => {
		const { tools, simctl } = fakeSimctl();
		tools.on(`xcrun simctl pbcopy ${UDID}`, {}).on(`xcrun simctl pbpaste ${UDID}`, { output: "Grüße" });
		tools.on(`xcrun simctl spawn ${UDID} notifyutil -p`, {});
		await simctl.copy(UDID, "héllo");
		expect(tools.inputs.at(-1)).toBe("héllo");
		expect(await simctl.paste(UDID)).toBe("Grüße");
		await simctl.notify(UDID, "com.apple.UIKit.SimulatorShake");
		expect(tools.ran.at(-1)).toBe(`xcrun simctl spawn ${UDID} notifyutil -p com.apple.UIKit.SimulatorShake`);
	});

	test("follows a log inside the simulator, of one program if that is asked for", () => {
		const { tools, simctl } = fakeSimctl();
		simctl.followLog(
			UDID,
			{ level: "info", style: "ndjson", predicate: "a OR b", bundleId: 'com."x' },
			{ output() {}, ended() {} },
		);
		expect(tools.last.command).toEqual([
			...["xcrun", "simctl", "spawn", UDID, "log", "stream", "--level", "info", "--style", "ndjson"],
			...["--predicate", '(a OR b) AND (subsystem == "com.\\"x")'],
		]);
	});
});

describe("screenshots", () => {
	test("come through a file that is gone afterwards, one at a time", async () => {
		const { tools, simctl } = fakeSimctl();
		const paths: string[] = [];
		let running = 0;
		tools.on(`xcrun simctl io ${UDID} screenshot --type=jpeg`, () => ({
			effect: async () => {
				expect(++running).toBe(1);
				const path = tools.ran.at(-1)?.split(" ").at(-1) ?? "";
				paths.push(path);
				await new Promise((resolve) => setImmediate(resolve));
				writeFileSync(path, `picture ${paths.length}`);
				running--;
			},
		}));
		const screenshots = new Screenshots(simctl);
		const taken = await Promise.all([screenshots.take(UDID), screenshots.take(UDID)]);
		expect(taken.map(String)).toEqual(["picture 1", "picture 2"]);
		expect(() => readFileSync(paths[0] ?? "")).toThrow(/ENOENT/);
		await screenshots.close();
		await screenshots.close();
	});

	test("that fail do not stand in the way of the next", async () => {
		const { tools, simctl } = fakeSimctl();
		tools.on("xcrun simctl io", { code: 2, words: "Timeout waiting for screen surfaces" });
		const screenshots = new Screenshots(simctl);
		await expect(screenshots.take(UDID)).rejects.toMatchObject({ code: "program-failed" });
		await expect(screenshots.take(UDID)).rejects.toMatchObject({
			message: expect.stringContaining("Timeout waiting"),
		});
		await screenshots.close();
	});
});
