import { allowedClipboard, badDeviceSpec, identify } from "../device-spec.ts";
import type { DeviceProvider } from "../provider.ts";
import { type DemoDeps, DemoDevice } from "./device.ts";

/** The provider of `demo:`, a phone-shaped screen that is always there. */
export function createDemoProvider(deps: DemoDeps): DeviceProvider {
	return {
		scheme: "demo",
		usage: "demo:",
		shows: "a touchable phone, built in",
		options: {},
		async find() {
			return ["demo:"];
		},
		async open(spec) {
			if (spec.target !== "") throw badDeviceSpec(spec, "a demo has no target; write it as demo:");
			return new DemoDevice(identify(spec, { id: "demo", name: "Demo phone" }), {
				...deps,
				allowed: (clipboard) => allowedClipboard(spec, clipboard),
			});
		},
	};
}
