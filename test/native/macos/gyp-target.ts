import { join } from "node:path";
import { MACOS, root, runProgram } from "./toolchain.ts";

/** The addon as gyp would build it on a Mac. Paths are from the folder of `binding.gyp`. */
export interface GypTarget {
	readonly sources: readonly string[];
	readonly includeFolders: readonly string[];
	readonly defines: readonly string[];
	/** What is linked, as it is written: `-framework Foundation`, `-lobjc`, a path. */
	readonly libraries: readonly string[];
	readonly linkerFlags: readonly string[];
	readonly settings: Readonly<Record<string, string | readonly string[]>>;
}

type System = "mac" | "linux";

interface Read {
	sources?: string[];
	libraries?: string[];
	link_settings?: { libraries?: string[] };
	configurations: Record<
		string,
		{
			defines?: string[];
			include_dirs?: string[];
			cflags_cc?: string[];
			ldflags?: string[];
			xcode_settings?: Record<string, string | string[]>;
		}
	>;
	default_configuration: string;
}

/**
 * Evaluates a tree's `binding.gyp` with the gyp of node-gyp, as on a Mac or, for comparison, on Linux. Throws with gyp's
 * words when it fails.
 */
export async function readGypTarget(tree: string, system: System = "mac"): Promise<GypTarget> {
	const target = (await readTargets(tree, system)).porthole;
	if (!target) throw new Error(`${tree}/binding.gyp has no target called porthole.`);
	const configuration = target.configurations[target.default_configuration];
	const settings = configuration?.xcode_settings ?? {};
	return {
		sources: target.sources ?? [],
		includeFolders: configuration?.include_dirs ?? [],
		defines: configuration?.defines ?? [],
		libraries: [...(target.libraries ?? []), ...(target.link_settings?.libraries ?? [])],
		linkerFlags: [...(configuration?.ldflags ?? []), ...listOf(settings.OTHER_LDFLAGS)],
		settings,
	};
}

/** How a target is compiled on Linux, without what node-gyp adds to each. Paths are from the folder of `binding.gyp`. */
export interface LinuxTarget {
	readonly sources: readonly string[];
	readonly includeFolders: readonly string[];
	readonly defines: readonly string[];
	readonly compilerFlags: readonly string[];
}

/** All targets of a tree's `binding.gyp` as gyp would build them on Linux, in its order. */
export async function readLinuxTargets(tree: string): Promise<LinuxTarget[]> {
	return Object.values(await readTargets(tree, "linux")).map((target) => {
		const configuration = target.configurations[target.default_configuration];
		return {
			sources: target.sources ?? [],
			includeFolders: configuration?.include_dirs ?? [],
			defines: configuration?.defines ?? [],
			compilerFlags: configuration?.cflags_cc ?? [],
		};
	});
}

async function readTargets(tree: string, system: System): Promise<Record<string, Read>> {
	const reader = join(import.meta.dirname, "gyp-targets.py");
	const gyp = join(root, "node_modules", "node-gyp", "gyp");
	const { succeeded, text, complaints } = await runProgram("python3", [
		reader,
		gyp,
		join(tree, "binding.gyp"),
		system,
	]);
	if (!succeeded) throw new Error(`gyp cannot read ${tree}/binding.gyp: ${complaints}`);
	return JSON.parse(text);
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
	return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

/** Settings of Xcode that the addon is written for. */
const required: Readonly<Record<string, readonly string[]>> = {
	CLANG_ENABLE_OBJC_ARC: ["YES"],
	CLANG_CXX_LANGUAGE_STANDARD: ["c++20", "gnu++20"],
	CLANG_CXX_LIBRARY: ["libc++"],
	GCC_ENABLE_CPP_EXCEPTIONS: ["YES"],
	GCC_ENABLE_CPP_RTTI: ["YES"],
	MACOSX_DEPLOYMENT_TARGET: [MACOS],
};

/** What is wrong with how gyp would build the addon on a Mac. */
export function faultsOf(target: GypTarget, declared: readonly string[]): string[] {
	const faults: string[] = [];
	for (const [name, values] of Object.entries(required)) {
		const found = target.settings[name];
		if (typeof found !== "string" || !values.includes(found))
			faults.push(`${name} is ${found ?? "not set"} where it must be ${values.join(" or ")}.`);
	}
	for (const word of [...target.libraries, ...target.linkerFlags]) {
		if (/PrivateFrameworks/.test(word))
			faults.push(`${word}: a private framework is linked; look it up at run time.`);
		if (/dynamic_lookup|-U\b|flat_namespace/.test(word))
			faults.push(`${word}: only node-gyp may leave symbols to be found at run time.`);
	}
	for (const framework of linkedFrameworks(target)) {
		if (!declared.includes(framework))
			faults.push(
				`${framework} is linked and has no declarations in test/native/macos/frameworks; is it a private one?`,
			);
	}
	if (target.sources.length === 0) faults.push("There are no sources.");
	return faults;
}

/** Names of the frameworks that a target is linked with. */
function linkedFrameworks(target: GypTarget): string[] {
	return target.libraries.flatMap(linkerWords).filter((_, index, words) => words[index - 1] === "-framework");
}

/** gyp names a framework by its path in the SDK or as the linker's words. */
export function linkerWords(library: string): string[] {
	const framework = /([^/]+)\.framework$/.exec(library)?.[1];
	return framework ? ["-framework", framework] : library.split(/\s+/);
}
