import { join } from "node:path";
import * as v from "valibot";
import type { Size } from "../../../../signaling/protocol/device.ts";
import { simulatorError } from "../errors.ts";
import type { Tools } from "../tools/programs.ts";

/** What a device type says of its screen and of what is around it. */
export interface DeviceProfile {
	/** Name of its bezel's bundle, such as `phone11`; absent: it has none, as visionOS. */
	readonly chrome?: string;
	/** Name of the PDF in its own bundle that is opaque where the screen is seen. */
	readonly mask?: string;
	/** Main screen, upright. */
	readonly pixels?: Size;
	/** Pixels a point. */
	readonly scale?: number;
}

/** Where Apple's installers put device types; a bundle is named after its type. */
export const DEVICE_TYPES = "/Library/Developer/CoreSimulator/Profiles/DeviceTypes";

const CHROME_PREFIX = "com.apple.dt.devicekit.chrome.";
const NAME = /^[\w .+()-]{1,80}$/;

/** Numbers; tvOS writes them as strings. */
const number = v.pipe(
	v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,5}(\.\d+)?$/), v.transform(Number))]),
	v.minValue(0.1),
	v.maxValue(16384),
);
const profileSchema = v.object({
	chromeIdentifier: v.optional(v.pipe(v.string(), v.maxLength(200))),
	framebufferMask: v.optional(v.pipe(v.string(), v.maxLength(80))),
	mainScreenWidth: v.optional(number),
	mainScreenHeight: v.optional(number),
	mainScreenScale: v.optional(number),
});
const displaySchema = v.object({
	displayType: v.literal("integrated"),
	width: number,
	height: number,
	scale: v.optional(number, 1),
	framebufferMaskIdentifier: v.optional(v.pipe(v.string(), v.maxLength(80))),
});
const capabilitiesSchema = v.object({
	capabilities: v.object({ displays: v.pipe(v.array(v.unknown()), v.maxLength(32)) }),
});

/**
 * Reads what a device type says; `bundle` is the folder `NAME.simdevicetype`. The screen is told by `profile.plist`, and by
 * `capabilities.plist` from Xcode 27 on. Throws PortholeError `bad-answer` or as `Tools.run`.
 */
export async function readDeviceProfile(tools: Tools, bundle: string): Promise<DeviceProfile> {
	const resources = join(bundle, "Contents", "Resources");
	const profile = v.safeParse(profileSchema, await readPlist(tools, join(resources, "profile.plist")));
	if (!profile.success) throw simulatorError("bad-answer", `The profile of ${bundle} cannot be read.`);
	const { chromeIdentifier, framebufferMask, ...screen } = profile.output;
	const { mainScreenWidth, mainScreenHeight, mainScreenScale } = screen;
	const known =
		mainScreenWidth !== undefined && mainScreenHeight !== undefined
			? { width: mainScreenWidth, height: mainScreenHeight, scale: mainScreenScale ?? 1 }
			: undefined;
	const display = known ? undefined : await readDisplay(tools, join(resources, "capabilities.plist"));
	const size = known ?? display;
	const chrome = chromeIdentifier?.replace(CHROME_PREFIX, "");
	const mask = display?.framebufferMaskIdentifier ?? framebufferMask;
	return {
		...(chrome !== undefined && NAME.test(chrome) ? { chrome } : {}),
		...(mask !== undefined && NAME.test(mask) ? { mask } : {}),
		...(size ? { pixels: { width: size.width, height: size.height }, scale: size.scale } : {}),
	};
}

/** The device's own screen among its displays; absent where the file is, too. */
async function readDisplay(tools: Tools, path: string) {
	const value = await readPlist(tools, path).catch(() => undefined);
	const capabilities = v.safeParse(capabilitiesSchema, value);
	if (!capabilities.success) return undefined;
	for (const entry of capabilities.output.capabilities.displays) {
		const display = v.safeParse(displaySchema, entry);
		if (display.success) return display.output;
	}
	return undefined;
}

async function readPlist(tools: Tools, path: string): Promise<unknown> {
	const ran = await tools.run("plutil", ["-convert", "json", "-o", "-", path], { maxBytes: 1024 * 1024 });
	if (ran.code !== 0) throw simulatorError("bad-answer", `${path} cannot be read: ${ran.words.trim()}`);
	try {
		return JSON.parse(ran.output.toString("utf8"));
	} catch (cause) {
		throw simulatorError("bad-answer", `plutil made no JSON of ${path}.`, cause);
	}
}
