import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { Addon, EncoderName } from "../native/addon.ts";

/**
 * The encoder to use: the one asked for, else the build's first (openh264; on macOS videotoolbox). Whether somebody is
 * at the address of `hxfr:ADDRESS` shows later; the first one codes meanwhile. Throws PortholeError
 * `encoder-unavailable` when the one asked for is unknown or cannot run on this machine.
 */
export function chooseEncoder(addon: Pick<Addon, "encoders">, asked: string | undefined): EncoderName {
	if (asked?.startsWith("hxfr:")) return remoteEncoder(asked);
	const known = addon.encoders();
	const found = asked === undefined ? known[0] : known.find((encoder) => encoder.name === asked);
	if (!found) {
		const names = known.map((encoder) => encoder.name).join(", ");
		throw new PortholeError(
			"encoder-unavailable",
			`There is no encoder "${asked ?? ""}"; this build knows ${names}.`,
		);
	}
	if (!found.available) {
		throw new PortholeError(
			"encoder-unavailable",
			`The encoder ${found.name} cannot be used: ${found.detail}`,
		);
	}
	return found.name;
}

/** The four ways to the other end that can be opened again when it was away. */
const REMOTE = /^hxfr:(unix:\/.+|tcp:.+:\d{1,5}|vsock:\d{1,10}:\d{1,10}|hybrid:\/.+:\d{1,10})$/;

function remoteEncoder(asked: string): EncoderName {
	if (REMOTE.test(asked)) return asked as `hxfr:${string}`;
	throw new PortholeError(
		"encoder-unavailable",
		`The encoder ${asked} cannot be used: write it like hxfr:unix:/path, hxfr:tcp:HOST:PORT, hxfr:vsock:CID:PORT or hxfr:hybrid:/path:PORT.`,
	);
}
