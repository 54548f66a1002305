import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import type { GypTarget } from "./gyp-target.ts";
import type { ResultCache } from "./result-cache.ts";
import {
	forEachAtOnce,
	nodeFolder,
	type Processor,
	processors,
	root,
	runProgram,
	systemFlags,
} from "./toolchain.ts";

/** What is compiled: a tree with its `binding.gyp` and its declarations of frameworks, and where results are kept. */
export interface Compilation {
	readonly tree: string;
	/** The standard headers compiled once, by processor. */
	readonly precompiled?: Readonly<Record<Processor, string>>;
	/** Sources that are built elsewhere too, where it is seen whether they name all their headers. */
	readonly elsewhere: ReadonlySet<string>;
	readonly frameworks: string;
	readonly target: GypTarget;
	readonly cache: ResultCache;
}

/** Compiler's words about files that did not pass, and the objects of those that did. */
export interface Objects {
	readonly paths: readonly string[];
	readonly faults: readonly string[];
}

/** Compiles every source for a processor as Xcode's settings say, with all warnings as errors. */
export async function compileAll(compilation: Compilation, processor: Processor): Promise<Objects> {
	const faults: string[] = [];
	const paths = await forEachAtOnce(compilation.target.sources, async (source) => {
		const { path, fault } = await compile(compilation, source, processor);
		if (fault !== undefined) faults.push(fault);
		return path;
	});
	return { paths: paths.filter((path) => path !== undefined), faults };
}

/** The words for clang about one source, without what is to be done with it. */
export function compilerWords(
	{ tree, frameworks, target }: Compilation,
	source: string,
	processor: Processor,
) {
	const { settings } = target;
	const isObjective = source.endsWith(".mm");
	const isOn = (name: string) => settings[name] === "YES";
	return [
		...systemFlags(processor, frameworks),
		...["-I", tree],
		...target.includeFolders.flatMap((folder) => [
			// What others wrote is not held to our warnings.
			relative(tree, resolve(tree, folder)).startsWith("..") ? "-isystem" : "-I",
			isAbsolute(folder) ? folder : join(tree, folder),
		]),
		...["-isystem", join(nodeFolder, "include", "node")],
		// Headers of macOS that are not among those of Darwin.
		...["-isystem", join(import.meta.dirname, "include")],
		...target.defines.map((define) => `-D${define}`),
		`-std=${settings.CLANG_CXX_LANGUAGE_STANDARD ?? "gnu++17"}`,
		isOn("GCC_ENABLE_CPP_EXCEPTIONS") ? "-fexceptions" : "-fno-exceptions",
		isOn("GCC_ENABLE_CPP_RTTI") ? "-frtti" : "-fno-rtti",
		...(isObjective && isOn("CLANG_ENABLE_OBJC_ARC") ? ["-fobjc-arc"] : []),
		...(isOn("GCC_SYMBOLS_PRIVATE_EXTERN") ? ["-fvisibility=hidden"] : []),
		// What clang warns of does not hang on it.
		"-O0",
		...["-Wall", "-Wextra", "-Wno-missing-field-initializers"],
		...[settings.OTHER_CFLAGS ?? []].flat(),
		"-Werror",
	];
}

/** Compiles the standard headers once for each processor, where there are sources enough. */
export async function precompile(compilation: Compilation): Promise<Compilation> {
	const { cache, target } = compilation;
	if (target.sources.filter((source) => !source.endsWith(".mm")).length < WORTH_IT) return compilation;
	const header = join(import.meta.dirname, "standard-headers.h");
	const made = await forEachAtOnce(processors, async (processor) => {
		const words = [...compilerWords(compilation, "standard-headers.cc", processor), ...BY_CONTENT];
		const path = cache.path(words, ".pch");
		if (cache.holds(path)) return [processor, path] as const;
		const { succeeded, complaints } = await runProgram("clang++-19", [
			...words,
			...["-x", "c++-header", header, "-o", path],
		]);
		if (!succeeded) throw new Error(`The standard headers do not compile: ${shortened(complaints)}`);
		cache.keep(path, [header]);
		return [processor, path] as const;
	});
	return { ...compilation, precompiled: Object.fromEntries(made) as Record<Processor, string> };
}

/** As many sources save the time that precompiling takes. */
const WORTH_IT = 8;

/** npm gives files new dates whenever it installs them. */
const BY_CONTENT = ["-Xclang", "-fvalidate-ast-input-files-content"];

/**
 * What makes clang take the precompiled headers. What is built for macOS alone is compiled without for arm64, so that a
 * source that forgets a header is found.
 */
export function precompiledWords(
	{ precompiled, elsewhere }: Compilation,
	source: string,
	processor: Processor,
): string[] {
	const fits = !source.endsWith(".mm") && (processor === "x86_64" || elsewhere.has(source));
	return fits && precompiled ? [...BY_CONTENT, "-include-pch", precompiled[processor]] : [];
}

async function compile(compilation: Compilation, source: string, processor: Processor) {
	const { tree, cache } = compilation;
	const words = [...compilerWords(compilation, source, processor), join(tree, source)];
	const path = cache.path(words, ".o");
	if (cache.holds(path)) return { path };
	const dependencies = `${path}.${process.pid}.d`;
	const { succeeded, complaints } = await runProgram("clang++-19", [
		...precompiledWords(compilation, source, processor),
		...words,
		...["-c", "-o", path, "-MMD", "-MF", dependencies],
	]);
	if (succeeded) cache.keep(path, readDependencies(dependencies));
	rmSync(dependencies, { force: true });
	return succeeded ? { path } : { fault: `${source} (${processor})\n${shortened(complaints)}` };
}

/** The files named by a rule for make, as compilers write it. */
export function readDependencies(path: string): string[] {
	if (!existsSync(path)) return [];
	const [, names = ""] = readFileSync(path, "utf8").split(/:\s/, 2);
	return names
		.replaceAll("\\\n", " ")
		.split(/\s+/)
		.filter((name) => name !== "")
		.map((name) => resolve(root, name));
}

function shortened(complaints: string): string {
	const lines = complaints.trimEnd().split("\n");
	return lines.length <= 40 ? lines.join("\n") : [...lines.slice(0, 40), "…"].join("\n");
}

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
