import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readDependencies } from "../macos/compilation.ts";
import { ResultCache } from "../macos/result-cache.ts";
import { forEachAtOnce, root, runProgram } from "../macos/toolchain.ts";

/**
 * What is fuzzed: one program each, `targets/<name>.cc`, whose first comment says what it takes. With each its longest
 * input, bytes: some packets, or an access unit of some fragments.
 */
export const longestInput = {
	"rtcp-feedback": 4096,
	"srtcp-datagram": 4096,
	sps: 512,
	"access-unit": 16_384,
	"hxfr-answer": 8192,
} as const;
export type TargetName = keyof typeof longestInput;
export const targetNames = Object.keys(longestInput) as readonly TargetName[];

/** Where programs, seeds, corpora and findings lie; outside the sources, and kept from run to run. */
export const kept = join(root, ".setup", "native-fuzz");

const native = join(root, "native");
export const targetFolder = join(import.meta.dirname, "targets");

/** What the targets are linked with: all that reads what comes over a network, and what that takes. */
function coreSources(): string[] {
	const portable = ["rtp", "net"].flatMap((name) =>
		readdirSync(join(native, name))
			.filter((file) => file.endsWith(".cc") && file !== "udp-transfer-plain.cc")
			.map((file) => `${name}/${file}`),
	);
	const encode = ["h264", "i420-frame", "pixel-conversion-plain", "remote-encoder", "sps"];
	return [...portable, ...encode.map((name) => `encode/${name}.cc`)].map((path) => join(native, path));
}

/** What everything is compiled with. */
export const compilerFlags = [
	...["-std=c++20", "-O1", "-g", "-fno-omit-frame-pointer", "-D_GLIBCXX_ASSERTIONS"],
	...["-fsanitize=address,undefined,float-cast-overflow", "-fno-sanitize-recover=all"],
	...["-I", native, "-I", targetFolder],
];

/** Builds targets with libFuzzer and sanitizers; gives their programs. */
export async function buildTargets<Name extends TargetName>(
	names: readonly Name[],
): Promise<Record<Name, string>> {
	const sources = names.map((name) => join(targetFolder, `${name}.cc`));
	const programs = await buildPrograms(sources);
	return Object.fromEntries(names.map((name, i) => [name, programs[i]])) as Record<Name, string>;
}

/** As `buildTargets`, of sources that each define `LLVMFuzzerTestOneInput`. */
export async function buildPrograms(sources: readonly string[]): Promise<string[]> {
	const cache = new ResultCache(join(kept, "cache"));
	const core = await forEachAtOnce(coreSources(), (source) => compile(cache, source));
	return forEachAtOnce(sources, async (source) => {
		const objects = [await compile(cache, source), ...core];
		const words = [...compilerFlags, "-fsanitize=fuzzer", ...objects, "-lcrypto"];
		const path = cache.path(words, "");
		if (!cache.holds(path)) {
			await clang([...words, "-o", path]);
			cache.keep(path, objects);
		}
		return path;
	});
}

async function compile(cache: ResultCache, source: string): Promise<string> {
	const words = [...compilerFlags, "-fsanitize=fuzzer-no-link", "-c", source];
	const path = cache.path(words, ".o");
	if (cache.holds(path)) return path;
	const dependencies = `${path}.d`;
	await clang([...words, "-o", path, "-MMD", "-MF", dependencies]);
	cache.keep(path, readDependencies(dependencies));
	return path;
}

async function clang(words: readonly string[]): Promise<void> {
	const { succeeded, complaints } = await runProgram("clang++-19", words);
	if (!succeeded) throw new Error(`A fuzz target does not build:\n${complaints.trimEnd()}`);
}
