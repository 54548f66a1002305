import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { compilerFlags as fuzzFlags, targetFolder as fuzzTargets } from "../fuzz/targets.ts";
import { readLinuxTargets } from "../macos/gyp-target.ts";
import { nodeFolder, root } from "../macos/toolchain.ts";

/** How a source is compiled, as a compilation database has it (JSON Compilation Database Format Specification). */
export interface CompileCommand {
	readonly directory: string;
	readonly file: string;
	readonly arguments: readonly string[];
}

const native = join(root, "native");

/** They compile `whole-core.cc` once more. */
const again = new Set(
	["whole-core-memory.cc", "whole-core-threads.cc"].map((name) => `../test/native/apple-check/${name}`),
);

/** Every source that is compiled on Linux, once, as binding.gyp has it in the first target that it is in. */
export async function compileCommands(): Promise<CompileCommand[]> {
	const commands = new Map<string, CompileCommand>();
	const add = (file: string, flags: readonly string[]) => {
		if (commands.has(file)) return;
		commands.set(file, { directory: native, file, arguments: ["clang++-19", ...flags, "-c", file] });
	};
	for (const { sources, includeFolders, defines, compilerFlags } of await readLinuxTargets(native)) {
		const flags = [
			...compilerFlags,
			...defines.map((define) => `-D${define}`),
			...includeFolders.flatMap((folder) => [isOurs(folder) ? "-I" : "-isystem", resolve(native, folder)]),
			...["-isystem", join(nodeFolder, "include", "node")],
		];
		for (const source of sources) if (!again.has(source)) add(resolve(native, source), flags);
	}
	for (const name of readdirSync(fuzzTargets))
		if (name.endsWith(".cc")) add(join(fuzzTargets, name), fuzzFlags);
	return [...commands.values()];
}

function isOurs(folder: string): boolean {
	return !resolve(native, folder).includes("node_modules");
}
