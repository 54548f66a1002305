import type { DevicePolicy } from "../../signaling/protocol/device.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import { didYouMean } from "../nearest-word.ts";
import type { DeviceClipboard, DeviceProvider, DeviceSpec } from "./provider.ts";

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

/** Options of every kind of device by name, with what each does. */
export const commonOptions: Readonly<Record<string, string>> = {
	id: "its id in URLs",
	name: "what people call it",
	ask: "who waits until an owner lets them in: never (the default), always, or later (all but the first)",
	control: "touch (the default): the first touch takes free control; ask: people ask for it",
	clipboard: "both ways (the default: both), only in to the device, only out of it, or off",
};

/** Throws PortholeError `bad-device-spec` for an option that is neither common nor one of `own`. */
export function checkOptions(spec: DeviceSpec, own: DeviceProvider["options"]): void {
	const known = [...Object.keys(own), ...Object.keys(commonOptions)];
	const unknown = [...spec.options.keys()].find((name) => !known.includes(name));
	if (unknown === undefined) return;
	const words = `there is no option "${unknown.slice(0, 40)}".${didYouMean(unknown, known)}`;
	throw badDeviceSpec(spec, `${words} It takes ${known.join(", ")}`);
}

/** What a device is called by programs and by people. */
export interface DeviceIdentity {
	readonly id: string;
	readonly name: string;
}

/**
 * The identity of a spec's device: its `id` and `name` options, else what the provider calls it. Throws PortholeError
 * `bad-device-spec` when an option cannot be used.
 */
export function identify(spec: DeviceSpec, given: DeviceIdentity): DeviceIdentity {
	const id = spec.options.get("id") ?? given.id;
	const name = (spec.options.get("name") ?? given.name).trim();
	if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(id)) {
		throw badDeviceSpec(spec, `its id is "${id}"; use 1 to 64 of a-z, 0-9, ".", "_" and "-"`);
	}
	if (name.length === 0 || name.length > 80)
		throw badDeviceSpec(spec, "its name must have 1 to 80 characters");
	return { id, name };
}

/** A spec that names no device of its kind; `why` completes "…cannot be used: ". */
export function badDeviceSpec(spec: DeviceSpec, why: string): PortholeError {
	return new PortholeError(
		"bad-device-spec",
		`The device "${spec.text.slice(0, 200)}" cannot be used: ${why}.`,
	);
}

/**
 * The rules that a spec's options give a device of any kind: `?ask=never|always|later` says who waits until an owner
 * lets them in, `?control=touch|ask` whether the first touch takes control while it is free. Without them nobody waits and a touch is
 * enough. Throws PortholeError `bad-device-spec`.
 */
export function devicePolicy(spec: DeviceSpec): DevicePolicy {
	const ask = spec.options.get("ask") ?? "never";
	const control = spec.options.get("control") ?? "touch";
	if (ask !== "never" && ask !== "always" && ask !== "later")
		throw badDeviceSpec(spec, `ask is "${ask}"; use never, always or later`);
	if (control !== "touch" && control !== "ask")
		throw badDeviceSpec(spec, `control is "${control}"; use touch or ask`);
	checkClipboardOption(spec);
	return { askFirst: ask, touchTakes: control === "touch" };
}

/**
 * What of a device's clipboard its spec allows: `?clipboard=both|in|out|off`, both when absent. `in` lets viewers paste
 * into the device, `out` lets them have what is copied on it. Throws PortholeError `bad-device-spec`.
 */
export function allowedClipboard(spec: DeviceSpec, clipboard: DeviceClipboard): DeviceClipboard | undefined {
	const ways = checkClipboardOption(spec);
	if (ways === "off") return undefined;
	const { images, shortcut } = clipboard;
	const { read, write, onCopy } = clipboard;
	return {
		images,
		...(shortcut && { shortcut }),
		...(ways !== "in" && read && { read: () => read.call(clipboard) }),
		...(ways !== "in" && onCopy && { onCopy: (listener: () => void) => onCopy.call(clipboard, listener) }),
		...(ways !== "out" &&
			write && { write: (content: Parameters<typeof write>[0]) => write.call(clipboard, content) }),
	};
}

function checkClipboardOption(spec: DeviceSpec): "both" | "in" | "out" | "off" {
	const ways = spec.options.get("clipboard") ?? "both";
	if (ways === "both" || ways === "in" || ways === "out" || ways === "off") return ways;
	throw badDeviceSpec(spec, `clipboard is "${ways}"; use both, in, out or off`);
}
