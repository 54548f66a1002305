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
	const lines: string[] = [];
	const checks = new Set<() => void>();
	createInterface({ input: child.stdout }).on("line", (line) => {
		lines.push(line);
		for (const check of checks) check();
	});
	const found = <Found>(find: () => Found | undefined) =>
		new Promise<Found>((resolve, reject) => {
			const limit = setTimeout(() => reject(new Error(`it printed ${JSON.stringify(lines)}`)), 20_000);
			const check = () => {
				const value = find();
				if (value === undefined) return;
				checks.delete(check);
				clearTimeout(limit);
				resolve(value);
			};
			checks.add(check);
			check();
		});
	return {
		until: (line, count = 1) =>
			found(() =>
				lines.filter((printed) => printed === line).length >= count ? (true as const) : undefined,
			).then(() => {}),
		line: (beginning) => found(() => lines.find((printed) => printed.startsWith(beginning))),
		exited: once(child, "exit"),
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
