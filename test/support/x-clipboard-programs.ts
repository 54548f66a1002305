import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { end } from "./x-display.ts";

const CLIENT = fileURLToPath(new URL("../../native/build/Release/selection-client", import.meta.url));

/** A program that uses the clipboard in a way that the well-behaved ones do not. */
export interface SelectionClient {
	/** Waits until it has printed so many of a line. */
	until(line: string, count?: number): Promise<void>;
	/** Waits for the next line that begins like this. */
	line(beginning: string): Promise<string>;
	readonly exited: Promise<unknown>;
	close(): Promise<void>;
}

/** Starts one; its arguments are described in test/native/programs/selection-client.cc. */
export function startSelectionClient(display: string, ...how: readonly string[]): SelectionClient {
	const child = spawn(CLIENT, [display, ...how], { stdio: "pipe" });
	const { found } = linesOf(child);
	return {
		until: async (line, count = 1) => {
			await found((lines) => lines.filter((printed) => printed === line).length >= count || undefined);
		},
		line: (beginning) => found((lines) => lines.find((printed) => printed.startsWith(beginning))),
		exited: once(child, "exit"),
		close: () => end(child),
	};
}

/** What a program prints, line by line; `found` settles as soon as there is something that `find` looks for. */
function linesOf(child: ChildProcessWithoutNullStreams) {
	const lines: string[] = [];
	const checks = new Set<() => void>();
	createInterface({ input: child.stdout }).on("line", (line) => {
		lines.push(line);
		for (const check of checks) check();
	});
	const found = <Found>(find: (lines: readonly string[]) => Found | undefined) =>
		new Promise<Found>((resolve, reject) => {
			const limit = setTimeout(() => reject(new Error(`it printed ${JSON.stringify(lines)}`)), 20_000);
			const check = () => {
				const value = find(lines);
				if (value === undefined) return;
				checks.delete(check);
				clearTimeout(limit);
				resolve(value);
			};
			checks.add(check);
			check();
		});
	return { found };
}

/** A window with one text field, as a toolkit makes it: Ctrl-V, Ctrl-C and Ctrl-/ (all of it) are its own. */
export interface TextField {
	/** Waits until it holds a text of this many characters, and of this CRC-32 of its UTF-8. */
	until(length: number, crc: number): Promise<void>;
	close(): Promise<void>;
}

const FIELD = `
wm geometry . 320x200+0+0
text .t
pack .t -fill both -expand 1
bind .t <<Modified>> {
	if {[.t edit modified]} {
		.t edit modified 0
		set v [.t get 1.0 "end-1c"]
		puts "[string length $v] [zlib crc32 [encoding convertto utf-8 $v]]"
		flush stdout
	}
}
update
focus -force .t
update
puts ready
flush stdout
`;

/** Starts one that has the keyboard. */
export async function startTextField(display: string): Promise<TextField> {
	const child = spawn("wish", ["-display", display], { stdio: "pipe" });
	child.stdin.write(FIELD);
	const { found } = linesOf(child);
	await found((lines) => lines.includes("ready") || undefined);
	return {
		until: async (length, crc) => {
			await found((lines) => lines.at(-1) === `${length} ${crc}` || undefined);
		},
		close: () => end(child),
	};
}

/** Copies with xclip, which goes on until something else is copied. Ends it with what is returned. */
export async function xclipCopy(
	display: string,
	content: string | Uint8Array,
	target?: string,
): Promise<() => Promise<void>> {
	const type = target === undefined ? [] : ["-t", target];
	// Quiet: it stays in the foreground, and says once that it waits for requests.
	const child = spawn("xclip", ["-display", display, "-selection", "clipboard", "-quiet", "-i", ...type], {
		stdio: "pipe",
	});
	child.stdin.end(content);
	await once(child.stderr, "data");
	return () => end(child);
}

/** What xclip pastes. */
export async function xclipPaste(display: string, target = "UTF8_STRING"): Promise<Buffer> {
	const child: ChildProcessWithoutNullStreams = spawn(
		"xclip",
		["-display", display, "-selection", "clipboard", "-o", "-t", target],
		{ stdio: "pipe" },
	);
	const pieces: Buffer[] = [];
	child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
	const [code] = await once(child, "close");
	if (code !== 0) throw new Error(`xclip ended with ${code}`);
	return Buffer.concat(pieces);
}
