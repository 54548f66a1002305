import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

/** A virtual X display of a test's own. */
export interface XDisplay {
	/** Name for clients, such as `:7`. */
	readonly display: string;
	readonly pid: number;
	/** Changes the screen's size through RandR; it cannot grow beyond the size it started with. */
	resize(width: number, height: number): void;
	/** Ends the server, if it still runs, and waits until it has gone. */
	close(): Promise<void>;
}

const START_LIMIT_MS = 50_000;
const END_LIMIT_MS = 5_000;

/** Starts Xvfb on a free display number. Sizes are pixels; `depth` is bits a pixel, 24 by default. */
export async function startXDisplay(options: {
	width: number;
	height: number;
	depth?: number;
	/** Further arguments for Xvfb, such as `-extension MIT-SHM`. */
	arguments?: readonly string[];
}): Promise<XDisplay> {
	const screen = `${options.width}x${options.height}x${options.depth ?? 24}`;
	const server = spawn(
		"Xvfb",
		["-displayfd", "3", "-screen", "0", screen, "-nolisten", "tcp", "-noreset", ...(options.arguments ?? [])],
		{ stdio: ["ignore", "ignore", "ignore", "pipe"] },
	);
	try {
		const display = `:${await displayNumber(server)}`;
		return {
			display,
			pid: server.pid as number,
			resize: (width, height) => resize(display, width, height),
			close: () => end(server),
		};
	} catch (error) {
		await end(server);
		throw error;
	}
}

async function displayNumber(server: ChildProcess): Promise<number> {
	const chosen = server.stdio[3] as Readable;
	const signal = AbortSignal.timeout(START_LIMIT_MS);
	let text = "";
	const ended = once(server, "exit", { signal }).then(() => {
		throw new Error("Xvfb ended before it had a display; is the package xvfb installed?");
	});
	const read = (async () => {
		for await (const chunk of chosen) {
			text += String(chunk);
			if (text.includes("\n")) return Number(text);
		}
		throw new Error("Xvfb named no display");
	})();
	ended.catch(() => {});
	read.catch(() => {});
	return await Promise.race([read, ended]);
}

function resize(display: string, width: number, height: number): void {
	const mode = `${width}x${height}`;
	// Xvfb knows one mode only. A mode that is there already is refused, which does no harm; the timings are arbitrary.
	const timings = [width, width, width, width, height, height, height, height].map(String);
	spawnSync("xrandr", ["-display", display, "--newmode", mode, "60", ...timings]);
	spawnSync("xrandr", ["-display", display, "--addmode", "screen", mode]);
	execFileSync("xrandr", ["-display", display, "--output", "screen", "--mode", mode], { stdio: "pipe" });
}

/** Ends a child process by its own handle and waits until it has gone. */
export async function end(child: ChildProcess): Promise<void> {
	if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
	const gone = once(child, "exit");
	child.kill("SIGTERM");
	const force = setTimeout(() => child.kill("SIGKILL"), END_LIMIT_MS);
	await gone;
	clearTimeout(force);
}
