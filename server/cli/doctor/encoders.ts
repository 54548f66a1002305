import { messageOf } from "../../../signaling/protocol/errors.ts";
import type { Addon, EncoderInfo, NativeAccessUnit } from "../../native/addon.ts";
import { loadAddon } from "../../native/load.ts";
import type { Finding, Probe } from "./probe.ts";

const WIDTH = 320;
const HEIGHT = 240;
const WITHIN = 3_000;

/** Each encoder really codes one picture. */
export const encodersProbe: Probe = () => encoderFindings(loadAddon, process.platform);

type Encoding = Pick<Addon, "encoders" | "FrameEncoder">;

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
		const frames = new addon.FrameEncoder({
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
		frames.encode(new Uint8Array(WIDTH * HEIGHT * 4).fill(128), WIDTH * 4, [], Date.now());
	});
}
