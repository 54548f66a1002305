import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Colour behind all windows. */
export const WALLPAPER = "#22304a";

const FONT = "DejaVu Sans Mono";
/** Size of a character of the terminal's font at 11 points and 96 dpi, pixels. */
const CELL = { width: 9, height: 18 };

/** The terminal's sixteen colours: black, red, green, yellow, blue, magenta, cyan, white, then the bright ones. */
const COLOURS = [
	...["#1b2230", "#e8727a", "#8fce8b", "#f0c674", "#7fb2f0", "#c9a0e8", "#73cfd2", "#d8dee9"],
	...["#5a657a", "#f28b92", "#a9dca5", "#f6d693", "#9cc6f7", "#d9bbf0", "#93dfe1", "#f2f5fa"],
];

/** Arguments for an xterm that is easy to read over video: no blinking, no thin lines, and every script it can. */
export function terminalArguments(width: number, height: number): string[] {
	const columns = Math.max(20, Math.min(100, Math.floor((width - 120) / CELL.width)));
	const rows = Math.max(6, Math.min(30, Math.floor((height - 130) / CELL.height)));
	const left = Math.max(0, Math.round((width - columns * CELL.width - 24) / 2));
	const top = Math.max(0, Math.round((height - rows * CELL.height - 52) / 2));
	const resources = {
		"*VT100.internalBorder": "12",
		"*VT100.cursorBlink": "false",
		"*VT100.scrollBar": "false",
		"*VT100.saveLines": "4000",
		"*VT100.cursorColor": "#ffbf8a",
		...Object.fromEntries(COLOURS.map((colour, index) => [`*VT100.color${index}`, colour])),
	};
	return [
		...["-u8", "-fa", FONT, "-fs", "11", "-fd", "Droid Sans Fallback"],
		...["-bg", "#141a26", "-fg", "#e4e9f2", "-title", "Terminal"],
		...["-geometry", `${columns}x${rows}+${left}+${top}`],
		...Object.entries(resources).flatMap(([name, value]) => ["-xrm", `${name}: ${value}`]),
	];
}

const OPENBOX_FOLDER = fileURLToPath(new URL("./openbox", import.meta.url));

/** Arguments and environment for an openbox in our colours; it says `ready` when it manages windows. */
export const windowManagerLook = {
	arguments: [
		"--sm-disable",
		"--config-file",
		join(OPENBOX_FOLDER, "openbox.xml"),
		"--startup",
		"echo ready",
	],
	environment: { XDG_DATA_DIRS: `${OPENBOX_FOLDER}:/usr/local/share:/usr/share` },
} as const;
