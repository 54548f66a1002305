import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseDeviceSpec } from "../../../../server/devices/device-spec.ts";
import type { Device } from "../../../../server/devices/provider.ts";
import {
	createSimulatorProvider,
	reportSimulators,
	type SimulatorProviderDeps,
} from "../../../../server/devices/simulator/provider.ts";
import type { NativeSimulator } from "../../../../server/native/addon.ts";
import { loadAddon } from "../../../../server/native/load.ts";
import { FakeClock, settled } from "../../../fakes/fake-clock.ts";
import { FakeSimulatorAddon, flatFrame, nativeError } from "../../../fakes/fake-simulator-addon.ts";
import { FakeTools } from "../../../fakes/fake-tools.ts";
import { IPHONE_CHROME_JSON, IPHONE_FRAME } from "../../../fixtures/chrome/iphone-17-pro-max.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const UDID = "0B5C3E5A-17A0-4A3F-9B63-2F4D1C0E9A77";
const OTHER = "11111111-2222-3333-4444-555555555555";

const phone: NativeSimulator = {
	udid: UDID,
	name: "My phone",
	runtime: "iOS 26.1",
	state: "Booted",
	deviceType: { name: "iPhone 17", identifier: "x.iPhone-17", bundlePath: "/Types/iPhone 17.simdevicetype" },
	pixels: { width: 1206, height: 2622 },
	scale: 3,
};

/** A Mac with an Xcode and simctl, and two simulators; the addon there has its part for them if `native`. */
function mac(native: boolean) {
	const fake = new FakeSimulatorAddon();
	fake.simulators.push(phone, { ...phone, udid: OTHER, name: "Off", state: "Shutdown" });
	const tools = new FakeTools()
		.on("xcode-select -p", { output: "/Applications/Xcode.app/Contents/Developer\n" })
		.on("xcodebuild -version", { output: "Xcode 27.0\n" })
		.on("xcrun simctl list -j devicetypes", { output: '{"devicetypes":[]}' })
		.on("xcrun simctl list -j devices", {
			output: JSON.stringify({
				devices: {
					"com.apple.CoreSimulator.SimRuntime.iOS-26-1": [
						{ udid: UDID, name: "My phone", state: "Booted" },
						{ udid: OTHER, name: "Off", state: "Shutdown" },
					],
				},
			}),
		});
	const { encoders, PixelSource } = loadAddon();
	const clock = new FakeClock();
	const addon = { encoders, PixelSource, ...(native ? fake.parts : {}) };
	const deps: SimulatorProviderDeps = { addon, clock, tools, environment: {}, platform: "darwin" };
	return { fake, tools, clock, deps, provider: createSimulatorProvider(deps) };
}

async function open(provider: ReturnType<typeof createSimulatorProvider>, text: string): Promise<Device> {
	const device = await provider.open(parseDeviceSpec(text));
	onTestFinished(() => device.close());
	await settled();
	return device;
}

describe("the provider of simulators on a Mac", () => {
	test("finds the booted ones, and all of them by name of all", async () => {
		for (const native of [true, false]) {
			const { provider } = mac(native);
			expect(await provider.find()).toEqual([`simulator:${UDID}`]);
			expect(
				await provider.expand?.(parseDeviceSpec("simulator:all?backend=screenshots&ask=always")),
			).toEqual([
				`simulator:${UDID}?backend=screenshots&ask=always`,
				`simulator:${OTHER}?backend=screenshots&ask=always`,
			]);
			expect(await provider.expand?.(parseDeviceSpec(`simulator:${UDID}?name=x`))).toEqual([
				`simulator:${UDID}?name=x`,
			]);
			await expect(provider.expand?.(parseDeviceSpec("simulator:all?id=x"))).rejects.toMatchObject({
				code: "bad-device-spec",
			});
		}
	});

	test("keeps why it found nothing", async () => {
		const { provider, tools } = mac(false);
		tools.on("xcrun simctl list -j devices", { code: 72, words: "xcrun: error: unable to find utility" });
		expect(await provider.find()).toEqual([]);
		expect(provider.findFailure).toMatch(/unable to find utility/);
	});

	test("uses the addon where it has its part, with the transport of this Xcode", async () => {
		const { provider, fake } = mac(true);
		const device = await open(provider, `simulator:${UDID.toLowerCase()}`);
		expect(device.id).toBe(UDID.toLowerCase());
		expect(device.describe()).toMatchObject({
			name: "My phone",
			points: { width: 402, height: 874 },
			power: "on",
		});
		expect(fake.service.options.developerDir).toBe("/Applications/Xcode.app/Contents/Developer");
		device.input.key("KeyA", true);
		expect(fake.input.options).toMatchObject({ udid: UDID, transport: "dtuhid" });
		expect(fake.input.calls).toEqual([["key", 4, true]]);
		const source = await device.openSource({
			bitrate: 5_000_000,
			frameRate: 60,
			sink: { accessUnit() {}, ended() {} },
		});
		expect(source).toMatchObject({ encoder: "VideoToolbox, constrained baseline", canScale: true });
		expect(fake.source.options).toMatchObject({ udid: UDID, bitrate: 5_000_000, frameRate: 60 });
		await device.setOrientation?.("landscape-left");
		await device.shake?.();
		expect(fake.service.orders).toEqual([
			["setOrientation", UDID, 3],
			["notify", UDID, "com.apple.UIKit.SimulatorShake"],
		]);
		await device.close();
		expect(fake.service.closed).toBe(true);
		expect(fake.source.closed).toBe(true);
	});

	test("passes the addon's refusal to boot on with its code", async () => {
		const { provider, fake } = mac(true);
		const device = await open(provider, `simulator:${OTHER}`);
		expect(device.describe().power).toBe("off");
		fake.service.failure = { code: "wrong-state", message: "Unable to boot in current state: Booted" };
		await expect(device.setPower?.(true)).rejects.toMatchObject({ code: "wrong-state" });
		await device.setPower?.(true);
		expect(device.describe().power).toBe("on");
	});

	test("takes a lower way where the addon cannot be used, and says why", async () => {
		const { provider, fake } = mac(true);
		fake.failure = nativeError("core-simulator-missing", "CoreSimulator is not there.");
		const device = await open(provider, `simulator:${UDID}`);
		expect(device.describe().note).toBe(
			"Shown by way of screenshots. addon: CoreSimulator is not there. baguette: baguette is not installed. serve-sim: serve-sim is not installed.",
		);
		const forced = await open(provider, `simulator:${UDID}?backend=baguette&id=other`);
		expect(forced.describe().note).toMatch(
			/^There is no way to the screen of My phone. baguette: baguette is not/,
		);
	});

	test("refuses what names no simulator, and says which there are", async () => {
		const { provider } = mac(false);
		const opening = (text: string) => provider.open(parseDeviceSpec(text));
		await expect(opening("simulator:booted")).rejects.toMatchObject({ code: "bad-device-spec" });
		await expect(opening(`simulator:${UDID}?backend=magic`)).rejects.toMatchObject({
			message: expect.stringContaining("addon, baguette, serve-sim, screenshots"),
		});
		await expect(opening(`simulator:${UDID.replace("0B", "2B")}`)).rejects.toMatchObject({
			code: "no-such-simulator",
			message: expect.stringContaining(`My phone (${UDID})`),
		});
	});

	test("gives the frame of the device type, drawn by the addon, and why there is none", async () => {
		const { deps, fake, tools } = mac(true);
		const folder = await temporaryFolder();
		const bundle = join(folder, "phone17.devicechrome", "Contents", "Resources");
		await mkdir(bundle, { recursive: true });
		await writeFile(join(bundle, "chrome.json"), JSON.stringify(IPHONE_CHROME_JSON));
		fake.pdfs
			.set("/PhoneComposite.pdf", flatFrame(IPHONE_FRAME.composite, [9, 9, 9, 255]))
			.set(" image.pdf", flatFrame({ width: 24, height: 100 }, [200, 0, 0, 255]));
		const plist = `plutil -convert json -o - ${phone.deviceType.bundlePath}/Contents/Resources/profile.plist`;
		tools.on(plist, { output: '{"chromeIdentifier":"com.apple.dt.devicekit.chrome.phone17"}' });
		const provider = createSimulatorProvider({ ...deps, folders: { chromes: folder } });
		const framed = await open(provider, `simulator:${UDID}`);
		await expect.poll(() => framed.describe().bezel?.screen).toEqual(IPHONE_FRAME.screen);
		const png = await framed.bezelImage?.("bare");
		expect(
			Buffer.from(png ?? [])
				.subarray(1, 4)
				.toString(),
		).toBe("PNG");
		await expect(framed.bezelImage?.("button-home")).rejects.toMatchObject({ code: "no-such-bezel-image" });
		await framed.close();
		tools.on(plist, { code: 1, words: "file does not exist" });
		const bare = await open(provider, `simulator:${UDID}`);
		await expect.poll(() => bare.describe().note).toMatch(/^No frame: .*profile.plist cannot be read/);
		await expect(bare.bezelImage?.("bare")).rejects.toMatchObject({ code: "no-such-bezel-image" });
	});

	test("speaks to another device set when the spec names one", async () => {
		const { provider, fake } = mac(true);
		const device = await open(provider, `simulator:${UDID}?set=/tmp/set`);
		expect(fake.service.options.deviceSet).toBe("/tmp/set");
		expect(device.describe().power).toBe("on");
	});
});

describe("the provider of simulators elsewhere", () => {
	test("finds none and refuses, unless a program is named that has some", async () => {
		const { deps, tools } = mac(false);
		const without = createSimulatorProvider({ ...deps, platform: "linux" });
		expect(await without.find()).toEqual([]);
		await expect(without.open(parseDeviceSpec(`simulator:${UDID}`))).rejects.toMatchObject({
			code: "simulator-needs-mac",
		});
		tools.on("/opt/baguette list --json", {
			output: JSON.stringify({ available: [], running: [{ udid: UDID, name: "Far", state: "Booted" }] }),
		});
		const environment = { PORTHOLE_BAGUETTE: "/opt/baguette" };
		const device = await open(
			createSimulatorProvider({ ...deps, platform: "linux", environment }),
			`simulator:${UDID}`,
		);
		expect(device.describe()).toMatchObject({
			name: "Far",
			note: "Shown by way of baguette. addon: this build of the addon has no simulators; it has them on macOS.",
		});
		expect(device.clipboard).toBeUndefined();
	});
});

describe("the report for the doctor", () => {
	test("tells every way and what is wrong with it, and never throws", async () => {
		const { deps } = mac(true);
		expect(await reportSimulators(deps)).toEqual({
			chosen: "addon",
			backends: [
				{ name: "addon", usable: true, detail: "Xcode 27", state: "in-use" },
				{ name: "baguette", usable: false, detail: "baguette is not installed.", state: "unusable" },
				{ name: "serve-sim", usable: false, detail: "serve-sim is not installed.", state: "unusable" },
				{ name: "screenshots", usable: true, detail: "pictures by simctl, without input", state: "spare" },
			],
		});
		const elsewhere = await reportSimulators({ ...deps, platform: "linux" });
		expect(elsewhere.chosen).toBeUndefined();
		expect(elsewhere.backends[0]?.detail).toMatch(/on Macs only/);
	});
});
