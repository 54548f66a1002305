import { allowedClipboard, badDeviceSpec, identify } from "../device-spec.ts";
import type { DeviceProvider } from "../provider.ts";
import { type X11Deps, X11Device } from "./device.ts";

interface X11ProviderDeps extends X11Deps {
	/** Where the current display is named; the process's own environment by default. */
	readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** `[HOST]:DISPLAY[.SCREEN]`, as in the DISPLAY variable. */
const DISPLAY = /^[A-Za-z0-9.-]{0,128}:\d{1,5}(\.\d{1,2})?$/;

/** The provider of `x11:DISPLAY`: an X display that is there already. Its id is `x11-0` for `:0` by default. */
export function createX11Provider({
	addon,
	clock,
	environment = process.env,
}: X11ProviderDeps): DeviceProvider {
	return {
		scheme: "x11",
		usage: "x11:[HOST]:DISPLAY",
		shows: "an X display that is there already, such as x11::0",
		options: {},
		async find() {
			const display = environment.DISPLAY;
			return display && isReachable(addon, display) ? [`x11:${display}`] : [];
		},
		/** Throws PortholeError `bad-device-spec`, `display-unreachable` or `display-lacks-extension`. */
		async open(spec) {
			const display = spec.target;
			if (!DISPLAY.test(display)) {
				throw badDeviceSpec(spec, "it names no X display; write it like x11::0, with what DISPLAY holds");
			}
			const id = `x11-${display.toLowerCase().replace(/^:/, "").replace(":", "-")}`;
			const identity = identify(spec, { id, name: `Display ${display}` });
			return new X11Device({
				addon,
				clock,
				identity,
				kind: "x11",
				reach: "owner",
				display,
				allowed: (clipboard) => allowedClipboard(spec, clipboard),
			});
		},
	};
}

/** Whether an X display can be opened by this user now. */
export function isReachable(addon: X11Deps["addon"], display: string): boolean {
	if (!DISPLAY.test(display)) return false;
	try {
		new addon.X11Screen({ display, onEnd: () => {} }).close();
		return true;
	} catch {
		return false;
	}
}
