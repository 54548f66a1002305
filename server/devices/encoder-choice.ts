import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { Addon, EncoderName } from "../native/addon.ts";

/**
 * The encoder to use: the one asked for, else openh264, which every build has. Throws PortholeError
 * `encoder-unavailable` when the one asked for is unknown or cannot run on this machine.
 */
export function chooseEncoder(addon: Pick<Addon, "encoders">, asked: string | undefined): EncoderName {
	const known = addon.encoders();
	const found = known.find((encoder) => encoder.name === (asked ?? "openh264"));
	if (!found) {
		const names = known.map((encoder) => encoder.name).join(", ");
		throw new PortholeError(
			"encoder-unavailable",
			`There is no encoder "${asked}"; this build knows ${names}.`,
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
