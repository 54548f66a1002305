import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { messageOf } from "../../../signaling/protocol/errors.ts";
import { loadAddon } from "../../native/load.ts";
import type { Finding, Probe } from "./probe.ts";

/** Programs that a `desktop:` runs, with the Debian package of each. */
const desktopPrograms = {
	Xvfb: "xvfb",
	openbox: "openbox",
	xterm: "xterm",
	xhost: "x11-xserver-utils",
	xsetroot: "x11-xserver-utils",
};

/** The X display of this session, and what a virtual one needs. */
export const displayProbe: Probe = async () => {
	if (process.platform !== "linux") return [];
	const programs = await Promise.all(
		Object.entries(desktopPrograms).map(([name, from]) => findProgram(name, from)),
	);
	return [presentDisplay(), ...programs];
};

function presentDisplay(): Finding {
	const { DISPLAY: display } = process.env;
	if (!display)
		return { name: "display", state: "good", detail: "none here; a virtual desktop is offered instead" };
	try {
		const { X11Screen } = loadAddon();
		const screen = new X11Screen({ display, onVanish: () => {} });
		const { width, height } = screen.size();
		screen.close();
		return { name: "display", state: "good", detail: `${display}, ${width}×${height}` };
	} catch (error) {
		const remedy = "Check DISPLAY and XAUTHORITY, or unset DISPLAY to have a virtual desktop.";
		return { name: "display", state: "warning", detail: `${display}: ${messageOf(error)}`, remedy };
	}
}

async function findProgram(program: string, from: string): Promise<Finding> {
	const name = `program ${program}`;
	for (const folder of (process.env.PATH ?? "").split(delimiter)) {
		const path = join(folder, program);
		const found = await access(path, constants.X_OK).then(
			() => true,
			() => false,
		);
		if (found) return { name, state: "good", detail: path };
	}
	return {
		name,
		state: "warning",
		detail: "not found; a desktop: cannot be offered",
		remedy: `apt-get install ${from}`,
	};
}
