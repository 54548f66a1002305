import { describe, expect, test } from "vitest";
import { readDeviceProfile } from "../../../../../server/devices/simulator/bezel/device-profile.ts";
import { FakeTools } from "../../../../fakes/fake-tools.ts";

const BUNDLE = "/Types/iPhone 17 Pro Max.simdevicetype";
const RESOURCES = `${BUNDLE}/Contents/Resources`;

function plists(files: Record<string, unknown>): FakeTools {
	const tools = new FakeTools().on("plutil", { code: 1, words: "file does not exist" });
	for (const [name, value] of Object.entries(files))
		tools.on(`plutil -convert json -o - ${RESOURCES}/${name}`, { output: JSON.stringify(value) });
	return tools;
}

const chromeIdentifier = "com.apple.dt.devicekit.chrome.phone17";

describe("a device type's profile", () => {
	test("tells frame, mask and screen up to Xcode 26", async () => {
		const tools = plists({
			"profile.plist": {
				chromeIdentifier,
				framebufferMask: "Mask 17",
				mainScreenWidth: 1320,
				mainScreenHeight: 2868,
				mainScreenScale: 3,
				modelIdentifier: "iPhone18,2",
			},
		});
		expect(await readDeviceProfile(tools, BUNDLE)).toEqual({
			chrome: "phone17",
			mask: "Mask 17",
			pixels: { width: 1320, height: 2868 },
			scale: 3,
		});
		expect(tools.ran).toHaveLength(1);
	});

	test("tells the screen in capabilities.plist from Xcode 27 on: the device's own, not its outputs", async () => {
		const displays = [
			{ displayType: "tvOut", width: 720, height: 480, scale: 1 },
			{ displayType: "integrated", width: 1320, height: 2868, scale: 3, framebufferMaskIdentifier: "M" },
			{ displayType: "scene", width: 7680, height: 4320, scale: 3 },
		];
		const tools = plists({
			"profile.plist": { chromeIdentifier },
			"capabilities.plist": { capabilities: { displays } },
		});
		expect(await readDeviceProfile(tools, BUNDLE)).toEqual({
			chrome: "phone17",
			mask: "M",
			pixels: { width: 1320, height: 2868 },
			scale: 3,
		});
	});

	test("takes the strings of tvOS, and no frame where there is none, as on visionOS", async () => {
		const tv = plists({
			"profile.plist": { mainScreenWidth: "1920", mainScreenHeight: "1080", mainScreenScale: "1" },
		});
		expect(await readDeviceProfile(tv, BUNDLE)).toEqual({
			pixels: { width: 1920, height: 1080 },
			scale: 1,
		});
		expect(await readDeviceProfile(plists({ "profile.plist": {} }), BUNDLE)).toEqual({});
	});

	test("names no file outside of its bundles, and fails with a code when it cannot be read", async () => {
		const sly = plists({ "profile.plist": { chromeIdentifier: "../../etc", framebufferMask: "a/b" } });
		expect(await readDeviceProfile(sly, BUNDLE)).toEqual({});
		await expect(readDeviceProfile(plists({}), BUNDLE)).rejects.toMatchObject({ code: "bad-answer" });
		const wrong = plists({ "profile.plist": { mainScreenWidth: -1 } });
		await expect(readDeviceProfile(wrong, BUNDLE)).rejects.toMatchObject({ code: "bad-answer" });
	});
});
