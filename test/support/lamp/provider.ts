import { badDeviceSpec, identify } from "../../../server/devices/device-spec.ts";
import type { DeviceProvider } from "../../../server/devices/provider.ts";
import { LampDevice } from "./device.ts";
import type { LampDeps } from "./source.ts";

/** The provider of `lamp:RRGGBB`, a screen of one colour that a click switches on and off. */
export function createLampProvider(deps: LampDeps): DeviceProvider {
	return {
		scheme: "lamp",
		usage: "lamp:RRGGBB",
		shows: "a screen of one colour",
		options: {},
		/** None: a lamp is there only when somebody asks for one. */
		async find() {
			return [];
		},
		/** Throws PortholeError `bad-device-spec`. */
		async open(spec) {
			const colour = spec.target.toLowerCase();
			if (!/^[\da-f]{6}$/.test(colour)) throw badDeviceSpec(spec, "write its colour like lamp:ff8800");
			const identity = identify(spec, { id: `lamp-${colour}`, name: `Lamp ${colour}` });
			return new LampDevice(identity, colour, deps);
		},
	};
}
