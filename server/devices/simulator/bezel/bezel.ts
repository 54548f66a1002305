import { createHash } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DeviceBezel, Size } from "../../../../signaling/protocol/device.ts";
import type { SimulatorAddon } from "../../../native/addon.ts";
import { simulatorError } from "../errors.ts";
import type { SimulatorFacts } from "../simulator-directory.ts";
import type { Tools } from "../tools/programs.ts";
import { type BezelImageParts, bezelImage, bezelSize, drawPdf } from "./bezel-images.ts";
import { buttonId, deviceBezel, readChromeLayout, type SizedButton } from "./chrome-layout.ts";
import { DEVICE_TYPES, type DeviceProfile, readDeviceProfile } from "./device-profile.ts";

/** Where Apple's installers put bezels. */
const CHROMES = "/Library/Developer/DeviceKit/Chrome";

export interface BezelParts {
	readonly tools: Tools;
	readonly renderPdf: SimulatorAddon["renderPdf"];
	/** Folders of device types and bezels; Apple's when absent. */
	readonly deviceTypes?: string;
	readonly chromes?: string;
}

/** What is around a simulator's screen, from Apple's own files on this Mac. */
export class Bezel {
	readonly bezel: DeviceBezel;
	readonly #parts: BezelImageParts;
	readonly #made = new Map<string, Uint8Array>();

	private constructor(parts: BezelImageParts) {
		this.bezel = parts.bezel;
		this.#parts = parts;
	}

	/**
	 * The bezel of a device type; undefined for types without one. `buttons` are the ids of the device's own. Throws
	 * PortholeError when its files cannot be read.
	 */
	static async load(
		parts: BezelParts,
		facts: SimulatorFacts,
		profile: DeviceProfile,
		buttons: ReadonlySet<string>,
	): Promise<Bezel | undefined> {
		const { renderPdf, chromes = CHROMES } = parts;
		if (profile.chrome === undefined) return undefined;
		const bundle = join(chromes, `${profile.chrome}.devicechrome`, "Contents", "Resources");
		const text = await readFile(join(bundle, "chrome.json"), "utf8").catch((cause: unknown) => {
			throw simulatorError("bad-answer", `The bezel ${profile.chrome} is not on this Mac.`, cause);
		});
		const layout = readChromeLayout(text);
		const draw = (image: string, scale: number) => drawPdf(renderPdf, join(bundle, `${image}.pdf`), scale);
		const { pixels, scale } = profile;
		const screen = pixels && pointsOf(pixels, scale ?? 1);
		const size = bezelSize(layout, draw, screen);
		if (!size) return undefined;
		const sized = layout.buttons.flatMap((button): SizedButton[] => {
			if (!buttons.has(buttonId(button.name))) return [];
			const { width, height } = draw(button.image, 1);
			return [{ button, size: { width, height } }];
		});
		const bezel = deviceBezel(layout, size, sized, versionOf(profile, text));
		const maskPath =
			profile.mask && join(bundlePath(parts, facts), "Contents", "Resources", `${profile.mask}.pdf`);
		const hasMask =
			maskPath &&
			(await access(maskPath).then(
				() => true,
				() => false,
			));
		return new Bezel({
			layout,
			bezel,
			draw,
			...(hasMask ? { drawMask: (at: number) => drawPdf(renderPdf, maskPath, at) } : {}),
		});
	}

	/** A PNG by its name, drawn once. Throws PortholeError `no-such-bezel-image` or `unreadable-pdf`. */
	image(name: string): Uint8Array {
		let png = this.#made.get(name);
		if (!png) {
			png = bezelImage(this.#parts, name);
			this.#made.set(name, png);
		}
		return png;
	}
}

/** What the type of a simulator says of its screen and its bezel. Throws PortholeError as `readDeviceProfile`. */
export async function profileOf(
	parts: Pick<BezelParts, "tools" | "deviceTypes">,
	facts: SimulatorFacts,
): Promise<DeviceProfile> {
	return readDeviceProfile(parts.tools, bundlePath(parts, facts));
}

/** By the name of the type: simulators can be renamed. */
function bundlePath(
	{ deviceTypes }: Pick<BezelParts, "deviceTypes">,
	{ deviceType }: SimulatorFacts,
): string {
	if (deviceType?.bundlePath) return deviceType.bundlePath;
	return join(deviceTypes ?? DEVICE_TYPES, `${deviceType?.name ?? "unknown"}.simdevicetype`);
}

/** Size in points of a screen of so many pixels. */
export function pointsOf({ width, height }: Size, scale: number): Size {
	return { width: Math.round(width / scale), height: Math.round(height / scale) };
}

function versionOf({ chrome = "", pixels }: DeviceProfile, text: string): string {
	const digest = createHash("sha256")
		.update(text)
		.update(JSON.stringify(pixels ?? {}))
		.digest("hex");
	const name = chrome.toLowerCase().replace(/[^a-z0-9]+/g, "-");
	return `${name}-${digest.slice(0, 12)}`.slice(0, 64);
}
