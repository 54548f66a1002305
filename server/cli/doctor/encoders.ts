import { messageOf } from "../../../signaling/protocol/errors.ts";
import type { Addon, EncoderInfo, NativeAccessUnit } from "../../native/addon.ts";
import { loadAddon } from "../../native/load.ts";
import type { Finding, Probe } from "./probe.ts";

const WIDTH = 320;
const HEIGHT = 240;
const WITHIN = 3_000;

/** Each encoder really codes one picture. */
export const encodersProbe: Probe = async () => {
	let addon: Addon;
	try {
		addon = loadAddon();
	} catch {
		return [{ name: "encoders", state: "bad", detail: "the addon is missing", remedy: "See addon above." }];
	}
	return Promise.all(addon.encoders().map((encoder) => tryEncoder(addon, encoder)));
};

async function tryEncoder(addon: Addon, encoder: EncoderInfo): Promise<Finding> {
	const name = `encoder ${encoder.name}`;
	const optional = encoder.name !== "openh264";
	if (!encoder.available) {
		const remedy = optional
			? `Optional: apt-get install libx264-dev, then npm start.`
			: "apt-get install libopenh264-dev";
		return { name, state: optional ? "warning" : "bad", detail: encoder.detail, remedy };
	}
	try {
		const unit = await encodeOne(addon, encoder);
		return { name, state: "good", detail: `${encoder.detail}: a picture of ${unit.data.length} bytes` };
	} catch (error) {
		return { name, state: "bad", detail: messageOf(error), remedy: "Reinstall its Debian package." };
	}
}

function encodeOne(addon: Addon, encoder: EncoderInfo): Promise<NativeAccessUnit> {
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
