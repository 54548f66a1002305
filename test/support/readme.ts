import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const README = resolve(import.meta.dirname, "..", "..", "README.md");

/** The shell commands of the README's code blocks, in order; a line that ends with a backslash goes on. */
export function readmeCommands(): string[] {
	const blocks = readFileSync(README, "utf8").matchAll(/^```(?:sh)?\n([\s\S]*?)^```$/gm);
	return [...blocks].flatMap(([, block = ""]) => {
		const whole = block.replace(/\\\n\s*/g, "");
		return whole.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
	});
}
