import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDependencies } from "../macos/compilation.ts";
import { ResultCache } from "../macos/result-cache.ts";
import { forEachAtOnce, root, runProgram } from "../macos/toolchain.ts";
import { type CompileCommand, compileCommands } from "./compile-commands.ts";
import { nativeSources } from "./sources.ts";

/** Where the compilation database lies, and what passed. */
const kept = join(root, ".setup", "native-lint");

/** What clang-format would change. */
async function formatFaults(): Promise<string> {
	const sources = nativeSources();
	const { succeeded, complaints } = await runProgram("clang-format-19", [
		...["--dry-run", "-Werror", "--style=file"],
		...sources,
	]);
	process.stdout.write(`${succeeded ? "ok    " : "FAILED"} clang-format: ${sources.length} files\n`);
	return succeeded ? "" : `${complaints.trimEnd()}\nTo format them: npm run native:format\n`;
}

/** What clang-tidy says, as .clang-tidy has it. What passed and did not change is not looked at again. */
async function tidyFaults(): Promise<string> {
	const commands = await compileCommands();
	mkdirSync(kept, { recursive: true });
	writeFileSync(join(kept, "compile_commands.json"), JSON.stringify(commands, undefined, "\t"));
	const cache = new ResultCache(join(kept, "cache"));
	const configuration = [".clang-tidy", "test/native/.clang-tidy"].map(digestOf);
	const faults = await forEachAtOnce(commands, async (command) => {
		const path = cache.path([...command.arguments, ...configuration], ".tidy");
		if (cache.holds(path)) return "";
		const { succeeded, text } = await runProgram("clang-tidy-19", [
			...["-p", kept, "--quiet", "--warnings-as-errors=*"],
			command.file,
		]);
		if (!succeeded) return text;
		writeFileSync(path, "");
		cache.keep(path, await dependenciesOf(command));
		return "";
	});
	// A header says the same in every source that includes it.
	const said = [
		...new Set(faults.flatMap((fault) => fault.split(/^(?=\/\S+:\d+:\d+: (?:error|warning):)/m))),
	];
	const bad = faults.filter((fault) => fault !== "").length;
	process.stdout.write(
		`${bad === 0 ? "ok    " : "FAILED"} clang-tidy: ${commands.length} sources${bad === 0 ? "" : `, ${bad} with faults`}\n`,
	);
	return said.join("").replaceAll(`${root}/`, "");
}

async function dependenciesOf({
	directory,
	arguments: [compiler = "", ...flags],
}: CompileCommand): Promise<string[]> {
	const path = join(kept, `${process.pid}-${digestOfText(flags.join(" "))}.d`);
	await runProgram(compiler, [...flags.filter((flag) => flag !== "-c"), "-MM", "-MF", path], directory);
	const dependencies = readDependencies(path);
	rmSync(path, { force: true });
	return dependencies;
}

const digestOf = (path: string) => digestOfText(readFileSync(join(root, path), "utf8"));
const digestOfText = (text: string) => createHash("sha256").update(text).digest("hex");

async function format(): Promise<void> {
	const sources = nativeSources();
	const { succeeded, complaints } = await runProgram("clang-format-19", ["-i", "--style=file", ...sources]);
	if (!succeeded) throw new Error(complaints);
	process.stdout.write(`${sources.length} files are formatted\n`);
}

if (process.argv[2] === "--format") {
	await format();
} else {
	const faults = [await formatFaults(), await tidyFaults()].join("");
	process.stdout.write(faults);
	process.exitCode = faults === "" ? 0 : 1;
}
