import { join } from "node:path";
import { root, runProgram } from "./toolchain.ts";

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

interface Read {
	sources?: string[];
	libraries?: string[];
	link_settings?: { libraries?: string[] };
	configurations: Record<
		string,
		{
			defines?: string[];
			include_dirs?: string[];
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
export async function readGypTarget(tree: string, system: "mac" | "linux" = "mac"): Promise<GypTarget> {
	const reader = join(import.meta.dirname, "gyp-targets.py");
	const gyp = join(root, "node_modules", "node-gyp", "gyp");
	const { succeeded, text, complaints } = await runProgram("python3", [
		reader,
		gyp,
		join(tree, "binding.gyp"),
		system,
	]);
	if (!succeeded) throw new Error(`gyp cannot read ${tree}/binding.gyp: ${complaints}`);
	const target = (JSON.parse(text) as Record<string, Read>).porthole;
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

function listOf(value: string | readonly string[] | undefined): readonly string[] {
	return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
