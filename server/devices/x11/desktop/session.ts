import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Clock } from "../../clock.ts";
import type { DeviceEnd } from "../../provider.ts";
import type { Confinement } from "./confinement.ts";
import {
	type Environment,
	findProgram,
	Program,
	type ProgramOptions,
	programMissing,
	SupervisedProgram,
} from "./program.ts";

/** How long to wait for the window manager before programs start without it, ms. */
const MANAGER_LIMIT = 3000;

/** Paths of what a desktop needs. */
interface DesktopTools {
	readonly openbox: string;
	readonly xsetroot: string;
	/** Absent when another program takes the terminal's place. */
	readonly xterm?: string;
}

interface DesktopSessionOptions {
	readonly tools: DesktopTools;
	/** X display, such as `:7`. */
	readonly display: string;
	readonly width: number;
	readonly height: number;
	/** Shell command that runs instead of a terminal. */
	readonly command: string | undefined;
	readonly clock: Clock;
	readonly environment: Environment;
	readonly confinement: Confinement;
	/** The desktop cannot be used any more. */
	readonly onEnd: (end: DeviceEnd) => void;
}

/** Looks for what a desktop needs. Throws PortholeError `program-missing`. */
export async function findDesktopTools(
	environment: Environment,
	withTerminal: boolean,
): Promise<DesktopTools> {
	const [openbox, xsetroot, xterm] = await Promise.all(
		["openbox", "xsetroot", "xterm"].map((name) => findProgram(name, environment)),
	);
	if (!openbox) throw programMissing("openbox", "openbox");
	if (!xsetroot) throw programMissing("xsetroot", "x11-xserver-utils");
	if (!withTerminal) return { openbox, xsetroot };
	if (!xterm) throw programMissing("xterm", "xterm");
	return { openbox, xsetroot, xterm };
}

/**
 * The program that a shell command begins with, after variables that it sets; undefined where the shell has to read more
 * than a plain word to know.
 */
export function programOf(command: string): string | undefined {
	const [, word = ""] =
		/^\s*(?:[A-Za-z_]\w*=[\w./:@%+-]*\s+)*(?:exec\s+)?([\w./+@%:-]+)(?=[\s;&|<>]|$)/.exec(command) ?? [];
	return word === "" || word.startsWith("-") ? undefined : word;
}

/**
 * Asks a shell, as a desktop's programs run, for the program that a command begins with. Throws PortholeError
 * `program-missing`.
 */
export async function requireProgram(
	command: string,
	given: Environment,
	confinement: Confinement,
): Promise<void> {
	const program = programOf(command);
	if (program === undefined) return;
	const shell = new Program(
		confinement.confine({
			command: "/bin/sh",
			arguments: ["-c", 'command -v "$1" >/dev/null || exit 127', "sh", program],
			environment: desktopEnvironment(given, ":", confinement),
			folder: confinement.home,
		}),
	);
	if (!(await shell.ended).endsWith(" 127")) return;
	throw new PortholeError(
		"program-missing",
		`The command ${JSON.stringify(command.slice(0, 200))} cannot be shown: there is no program ${program} that a desktop's user could start. Check how it is spelled, or install it.`,
	);
}

/** Starts a window manager, and a terminal or the program asked for. Returns what ends them all. */
export async function startDesktopSession(options: DesktopSessionOptions): Promise<() => Promise<void>> {
	const { tools, display, clock, command, confinement, onEnd } = options;
	const environment = desktopEnvironment(options.environment, display, confinement);
	const rules = command === undefined ? "openbox.xml" : "program.xml";
	const look = windowManagerLook(await confinement.lend(OPENBOX_FOLDER), rules);
	const { home: folder } = confinement;
	const supervised = (command: string, args: readonly string[], more: Partial<ProgramOptions> = {}) =>
		new SupervisedProgram(
			confinement.confine({ command, arguments: args, environment, folder, ...more }),
			clock,
			(how) => onEnd({ code: "program-failed", message: `${command} of this desktop ${how}.` }),
		);
	const wallpaper = new Program(
		confinement.confine({ command: tools.xsetroot, arguments: ["-solid", WALLPAPER], environment, folder }),
	);
	const manager = supervised(tools.openbox, look.arguments, {
		environment: { ...environment, ...look.environment },
		output: true,
	});
	// A window that is there before its manager would not get the keyboard.
	await manager.firstLine(MANAGER_LIMIT).catch(() => undefined);
	const terminal =
		command === undefined && tools.xterm
			? supervised(tools.xterm, terminalArguments(options.width, options.height), {
					// Without a theme it makes one in /tmp, and leaves it there when it is ended early.
					environment: { ...environment, XCURSOR_THEME: environment.XCURSOR_THEME ?? "default" },
				})
			: undefined;
	const program =
		command === undefined
			? undefined
			: runCommand(
					command,
					confinement.confine({ command: "/bin/sh", arguments: ["-c", command], environment, folder }),
					onEnd,
				);
	return async () => {
		await Promise.all([manager.close(), terminal?.close(), program?.end(clock), wallpaper.end(clock)]);
	};
}

function runCommand(command: string, options: ProgramOptions, onEnd: (end: DeviceEnd) => void): Program {
	const program = new Program(options);
	void program.ended.then((how) => {
		const why = program.lastError ? `${how}: ${program.lastError}` : how;
		onEnd({
			code: "program-ended",
			message: `The program of this desktop (${command.slice(0, 80)}) ${why}.`,
		});
	});
	return program;
}

/** Variables that a desktop's programs must not inherit: npm's, and our own settings. */
const OURS = /^(npm_|PORTHOLE_|INIT_CWD$)/;
/** What opens other doors of the owner's: agents, sessions, and whatever is called a secret. */
const SECRETS =
	/^(SSH_|GPG_|DBUS_|XDG_(RUNTIME|SESSION)|AWS_|AZURE_|GOOGLE_|GH_|GITHUB_)|TOKEN|SECRET|PASS(WORD|WD|PHRASE)|CREDENTIAL|API_?KEY|PRIVATE_?KEY|COOKIE/i;

/** What programs on a desktop see: its display, and a locale in which every character can be typed. */
export function desktopEnvironment(
	environment: Environment,
	display: string,
	{ user, home }: Pick<Confinement, "user" | "home">,
): Environment {
	const { LC_ALL, LC_CTYPE, LANG, XAUTHORITY: _cookies, WAYLAND_DISPLAY: _other, ...rest } = environment;
	const locale = LC_ALL || LC_CTYPE || LANG || "";
	const utf8 = /utf-?8/i.test(locale);
	return {
		...Object.fromEntries(Object.entries(rest).filter(([name]) => !OURS.test(name) && !SECRETS.test(name))),
		...(user === undefined ? {} : { HOME: home, USER: "desktop", LOGNAME: "desktop", SHELL: "/bin/bash" }),
		DISPLAY: display,
		...(LANG ? { LANG } : {}),
		LC_CTYPE: utf8 ? locale : "C.UTF-8",
	};
}

/** Colour behind all windows. */
const WALLPAPER = "#22304a";

const FONT = "DejaVu Sans Mono";
/** Size of a character of the terminal's font at 11 points and 96 dpi, pixels. */
const CELL = { width: 9, height: 18 };

/** The terminal's sixteen colours: black, red, green, yellow, blue, magenta, cyan, white, then the bright ones. */
const COLOURS = [
	...["#1b2230", "#e8727a", "#8fce8b", "#f0c674", "#7fb2f0", "#c9a0e8", "#73cfd2", "#d8dee9"],
	...["#5a657a", "#f28b92", "#a9dca5", "#f6d693", "#9cc6f7", "#d9bbf0", "#93dfe1", "#f2f5fa"],
];

/** An xterm knows the selection only; these keys are the clipboard's in other terminals. */
const CLIPBOARD_KEYS = [
	"Ctrl Shift <Key>C: copy-selection(CLIPBOARD)",
	"Ctrl Shift <Key>V: insert-selection(CLIPBOARD)",
	"Shift <Key>Insert: insert-selection(CLIPBOARD, PRIMARY)",
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
		"*VT100.translations": ["#override", ...CLIPBOARD_KEYS].join("\\n"),
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

/** Arguments and environment for openbox with one of our configurations; it prints `ready` when it manages windows. */
function windowManagerLook(folder: string, rules: string) {
	return {
		arguments: ["--sm-disable", "--config-file", join(folder, rules), "--startup", "echo ready"],
		environment: { XDG_DATA_DIRS: `${folder}:/usr/local/share:/usr/share` },
	};
}
