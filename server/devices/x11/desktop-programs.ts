import { homedir } from "node:os";
import type { Clock } from "../clock.ts";
import type { DeviceEnd } from "../provider.ts";
import { terminalArguments, WALLPAPER, windowManagerLook } from "./desktop-look.ts";
import { programMissing } from "./errors.ts";
import { KeptProgram } from "./kept-program.ts";
import { type Environment, findProgram, Program, type ProgramOptions } from "./program.ts";

/** How long to wait for the window manager before programs start without it, ms. */
const MANAGER_LIMIT = 3000;

/** Paths of what a desktop needs. */
export interface DesktopTools {
	readonly openbox: string;
	readonly xsetroot: string;
	/** Absent when another program takes the terminal's place. */
	readonly xterm?: string;
}

export interface DesktopProgramsOptions {
	readonly tools: DesktopTools;
	/** X display, such as `:7`. */
	readonly display: string;
	readonly width: number;
	readonly height: number;
	/** Shell command that runs instead of a terminal. */
	readonly command: string | undefined;
	readonly clock: Clock;
	readonly environment: Environment;
	/** The desktop is of no use any more. */
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

/** Starts a window manager and a terminal, or the program asked for. Gives what ends them all. */
export async function startDesktopPrograms(options: DesktopProgramsOptions): Promise<() => Promise<void>> {
	const { tools, display, clock, command, onEnd } = options;
	const environment = desktopEnvironment(options.environment, display);
	const kept = (command: string, args: readonly string[], more: Partial<ProgramOptions> = {}) =>
		new KeptProgram({ command, arguments: args, environment, ...more }, clock, (how) =>
			onEnd({ code: "program-failed", message: `${command} of this desktop ${how}.` }),
		);
	const wallpaper = new Program({ command: tools.xsetroot, arguments: ["-solid", WALLPAPER], environment });
	const manager = kept(tools.openbox, windowManagerLook.arguments, {
		environment: { ...environment, ...windowManagerLook.environment },
		tells: true,
	});
	// A window that is there before its manager would not get the keyboard.
	await manager.tells(MANAGER_LIMIT).catch(() => undefined);
	const terminal =
		command === undefined && tools.xterm
			? kept(tools.xterm, terminalArguments(options.width, options.height), {
					// Without a theme it makes one in /tmp, and leaves it there when it is ended early.
					environment: { ...environment, XCURSOR_THEME: environment.XCURSOR_THEME ?? "default" },
					folder: homedir(),
				})
			: undefined;
	const program = command === undefined ? undefined : runCommand(command, environment, onEnd);
	return async () => {
		await Promise.all([manager.close(), terminal?.close(), program?.end(clock), wallpaper.end(clock)]);
	};
}

function runCommand(command: string, environment: Environment, onEnd: (end: DeviceEnd) => void): Program {
	const program = new Program({ command: "/bin/sh", arguments: ["-c", command], environment });
	void program.ended.then((how) => {
		const words = program.lastWords ? `${how}: ${program.lastWords}` : how;
		onEnd({
			code: "program-ended",
			message: `The program of this desktop (${command.slice(0, 80)}) ${words}.`,
		});
	});
	return program;
}

/** Variables of this process that are no business of a desktop's programs: npm's, and our own settings. */
const OURS = /^(npm_|PORTHOLE_|INIT_CWD$)/;

/** What programs on a desktop see: its display, and a locale in which every character can be typed. */
export function desktopEnvironment(environment: Environment, display: string): Environment {
	const { LC_ALL, LC_CTYPE, LANG, XAUTHORITY: _cookies, WAYLAND_DISPLAY: _other, ...rest } = environment;
	const locale = LC_ALL || LC_CTYPE || LANG || "";
	const utf8 = /utf-?8/i.test(locale);
	return {
		...Object.fromEntries(Object.entries(rest).filter(([name]) => !OURS.test(name))),
		DISPLAY: display,
		...(LANG ? { LANG } : {}),
		LC_CTYPE: utf8 ? locale : "C.UTF-8",
	};
}
