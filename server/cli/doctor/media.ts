import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { defaultStateFolder } from "../../../signaling/auth/state-files.ts";
import { systemClock } from "../../../signaling/clock.ts";
import { messageOf } from "../../../signaling/protocol/errors.ts";
import type { Addon, EncoderInfo, NativeAccessUnit } from "../../native/addon.ts";
import { loadAddon } from "../../native/load.ts";
import type { Finding, Probe } from "./report.ts";

const WIDTH = 320;
const HEIGHT = 240;
const WITHIN = 3_000;

/** Each encoder really codes one frame. */
export const encodersProbe: Probe = () => encoderFindings(loadAddon, process.platform);

type Encoding = Pick<Addon, "encoders" | "PixelSource">;

/** The same with another addon, for a system in Node's words. */
export async function encoderFindings(load: () => Encoding, platform: string): Promise<Finding[]> {
	let addon: Encoding;
	try {
		addon = load();
	} catch {
		return [{ name: "encoders", state: "bad", detail: "the addon is missing", remedy: "See addon above." }];
	}
	return Promise.all(addon.encoders().map((encoder) => tryEncoder(addon, encoder, platform)));
}

async function tryEncoder(addon: Encoding, encoder: EncoderInfo, platform: string): Promise<Finding> {
	const name = `encoder ${encoder.name}`;
	if (!encoder.available) {
		const needed = encoder.name === (platform === "darwin" ? "videotoolbox" : "openh264");
		const remedy = remedyFor(encoder, platform);
		return { name, state: needed ? "bad" : "warning", detail: encoder.detail, remedy };
	}
	try {
		const unit = await encodeOne(addon, encoder);
		return { name, state: "good", detail: `${encoder.detail}: a picture of ${unit.data.length} bytes` };
	} catch (error) {
		return { name, state: "bad", detail: messageOf(error), remedy: failedRemedy(platform) };
	}
}

function remedyFor({ name }: EncoderInfo, platform: string): string {
	if (platform === "darwin") {
		return name === "videotoolbox"
			? "macOS has it; report this with porthole doctor --json."
			: "Optional: macOS' own encoder, videotoolbox, serves.";
	}
	return name === "openh264"
		? "apt-get install libopenh264-dev"
		: "Optional: apt-get install libx264-dev, then npm start.";
}

function failedRemedy(platform: string): string {
	return platform === "darwin"
		? "Restart the Mac, or report this with porthole doctor --json."
		: "Reinstall its Debian package.";
}

function encodeOne(addon: Encoding, encoder: EncoderInfo): Promise<NativeAccessUnit> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => finish(() => reject(new Error("no picture came within 3 s"))), WITHIN);
		const frames = new addon.PixelSource({
			width: WIDTH,
			height: HEIGHT,
			format: "bgra",
			encoder: encoder.name,
			bitrate: 1_000_000,
			frameRate: 30,
			onAccessUnit: (unit) => finish(() => resolve(unit)),
			onEnd: (end) => finish(() => reject(new Error(end.message))),
		});
		const finish = (settle: () => void) => {
			clearTimeout(timer);
			frames.close();
			settle();
		};
		frames.encode(new Uint8Array(WIDTH * HEIGHT * 4).fill(128), WIDTH * 4, [], systemClock.now());
	});
}

/** Programs that a `desktop:` runs, with the Debian package of each. */
const desktopPrograms = {
	Xvfb: "xvfb",
	openbox: "openbox",
	xterm: "xterm",
	xhost: "x11-xserver-utils",
	xsetroot: "x11-xserver-utils",
};

/** The X display of this session, and what a virtual one needs. */
export const displayProbe: Probe = async () => {
	if (process.platform !== "linux") return [];
	const programs = await Promise.all(
		Object.entries(desktopPrograms).map(([name, from]) => findProgram(name, from)),
	);
	return [presentDisplay(), ...programs];
};

function presentDisplay(): Finding {
	const { DISPLAY: display } = process.env;
	if (!display)
		return { name: "display", state: "good", detail: "none here; a virtual desktop is offered instead" };
	try {
		const { X11Screen } = loadAddon();
		const screen = new X11Screen({ display, onEnd: () => {} });
		const { width, height } = screen.size();
		screen.close();
		return { name: "display", state: "good", detail: `${display}, ${width}×${height}` };
	} catch (error) {
		const remedy = "Check DISPLAY and XAUTHORITY, or unset DISPLAY to have a virtual desktop.";
		return { name: "display", state: "warning", detail: `${display}: ${messageOf(error)}`, remedy };
	}
}

async function findProgram(program: string, from: string): Promise<Finding> {
	const name = `program ${program}`;
	for (const folder of (process.env.PATH ?? "").split(delimiter)) {
		const path = join(folder, program);
		const found = await access(path, constants.X_OK).then(
			() => true,
			() => false,
		);
		if (found) return { name, state: "good", detail: path };
	}
	return {
		name,
		state: "warning",
		detail: "not found; a desktop: cannot be offered",
		remedy: `apt-get install ${from}`,
	};
}

/** What programs on a desktop of this machine can reach of it. */
export const desktopProbe: Probe = async () => {
	if (process.platform !== "linux") return [];
	const name = "desktops";
	const { desktopReach } = await import("../../index.ts");
	switch (await desktopReach(defaultStateFolder(), process.env)) {
		case "separate-user":
			return [{ name, state: "good", detail: "their programs run as a user of their own" }];
		case "without-secrets":
			return [{ name, state: "good", detail: "their programs run as you, without Porthole's secrets" }];
		case "owner":
			return [
				{
					name,
					state: "warning",
					detail: "their programs can read Porthole's secrets: whoever has control can do all that you can",
					remedy:
						"Allow user namespaces (sysctl kernel.unprivileged_userns_clone=1), or share desktops for watching only.",
				},
			];
	}
};
