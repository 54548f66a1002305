import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Compilation, compilerWords, precompiledWords } from "./compilation.ts";
import { forEachAtOnce, runProgram } from "./toolchain.ts";

const checkers = ["core", "cplusplus", "deadcode", "osx"];

/**
 * Runs clang's analyzer over every source and gives what it found. What is built for macOS alone it follows as far as it
 * can; the rest, which Linux builds and tests as well, in its quick mode.
 */
export async function analyze(compilation: Compilation): Promise<string[]> {
	const { target, tree, cache, elsewhere } = compilation;
	const found = await forEachAtOnce(target.sources, async (source) => {
		const words = [
			...compilerWords(compilation, source, "x86_64"),
			...["--analyze", "--analyzer-no-default-checks", "-Xclang", `-analyzer-checker=${checkers.join(",")}`],
			...["-Xclang", "-analyzer-output=text", "-Xclang", "-analyzer-werror"],
			...(elsewhere.has(source) ? ["-Xclang", "-analyzer-config", "-Xclang", "mode=shallow"] : []),
			join(tree, source),
		];
		const path = cache.path(words, ".analyzed");
		if (cache.holds(path)) return undefined;
		const compiled = cache.path([...compilerWords(compilation, source, "x86_64"), join(tree, source)], ".o");
		const { succeeded, complaints } = await runProgram("clang++-19", [
			...precompiledWords(compilation, source, "x86_64"),
			...words,
		]);
		if (!succeeded) return `${source}\n${complaints.trimEnd()}`;
		// What it read is what the compiler read; a source that did not compile is not analyzed for good.
		if (cache.holds(compiled)) {
			writeFileSync(path, "");
			cache.keep(path, cache.inputsOf(compiled));
		}
		return undefined;
	});
	return found.filter((fault) => fault !== undefined);
}
