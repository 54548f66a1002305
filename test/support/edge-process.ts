import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { end } from "./x-display.ts";

const PROGRAM = resolve(import.meta.dirname, "..", "..", "server", "cli", "main.ts");
const JOIN_LIMIT_MS = 50_000;

/** `porthole edge` in a process of its own. */
export interface EdgeProcess {
	readonly pid: number;
	close(): Promise<void>;
}

/** Starts it and waits until the origin has taken it. `within`: what the command line begins with. */
export async function startEdge(
	args: readonly string[],
	within: readonly string[] = [],
): Promise<EdgeProcess> {
	const [program = "", ...first] = [...within, process.execPath];
	const child = spawn(program, [...first, PROGRAM, "edge", ...args], { stdio: ["ignore", "ignore", "pipe"] });
	let said = "";
	try {
		await new Promise<void>((resolve, reject) => {
			const late = setTimeout(() => reject(new Error(`the edge did not join: ${said}`)), JOIN_LIMIT_MS);
			child.stderr.setEncoding("utf8").on("data", (text: string) => {
				said = (said + text).slice(-10_000);
				if (!said.includes("serving viewers of another machine")) return;
				clearTimeout(late);
				resolve();
			});
			child.once("exit", (code) => {
				clearTimeout(late);
				reject(new Error(`the edge ended with ${code}: ${said}`));
			});
		});
		return { pid: child.pid as number, close: () => end(child) };
	} catch (error) {
		await end(child);
		throw error;
	}
}
