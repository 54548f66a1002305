import type { DevicePolicy } from "../../signaling/protocol/device.ts";
import { badDeviceSpec } from "./identity.ts";
import type { DeviceSpec } from "./provider.ts";

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
	return { askFirst: ask, touchTakes: control === "touch" };
}
