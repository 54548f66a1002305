/** A host with one desktop, for a test that kills it: tells its parent the display. */
import { systemClock } from "../../../../../server/devices/clock.ts";
import { parseDeviceSpec } from "../../../../../server/devices/device-spec.ts";
import { createDesktopProvider } from "../../../../../server/devices/x11/desktop/provider.ts";
import { loadAddon } from "../../../../../server/native/load.ts";

let display = "";
const addon = loadAddon();
const X11Screen = class extends addon.X11Screen {
	constructor(options: ConstructorParameters<typeof addon.X11Screen>[0]) {
		super(options);
		display = options.display;
	}
};
const provider = createDesktopProvider({ addon: { ...addon, X11Screen }, clock: systemClock });
await provider.open(parseDeviceSpec("desktop:640x480"));
process.send?.(display);
