import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { DeviceSpec } from "./provider.ts";

/** Parses `scheme:target?option=value`. Throws PortholeError `bad-device-spec`. */
export function parseDeviceSpec(text: string): DeviceSpec {
	const match = /^([a-z][a-z0-9]{0,31}):([^?\s]{0,512})(?:\?(.{0,1024}))?$/.exec(text);
	if (!match) {
		throw new PortholeError(
			"bad-device-spec",
			`${JSON.stringify(text.slice(0, 100))} does not name a device. Write it like demo:, x11::0 or desktop:1280x720.`,
		);
	}
	const [, scheme = "", target = "", options = ""] = match;
	return { text, scheme, target, options: new URLSearchParams(options) };
}
