import type { GypTarget } from "./gyp-target.ts";
import { MACOS, type Processor, runProgram } from "./toolchain.ts";

/**
 * Links objects into a bundle as a Mac would, except that what Node exports is linked too: nothing may be left to be found
 * at run time. Gives the linker's words about what is missing.
 */
export async function link(
	sdk: string,
	target: GypTarget,
	processor: Processor,
	objects: readonly string[],
	output: string,
): Promise<string[]> {
	const { succeeded, complaints } = await runProgram("ld64.lld-19", [
		...["-bundle", "-arch", processor, "-platform_version", "macos", MACOS, "26.4", "-syslibroot", sdk],
		...["-undefined", "error", "-o", output],
		...objects,
		...target.libraries.flatMap(linkerWords),
		...["-lobjc", "-lc++", "-lSystem", "-lnode"],
	]);
	return succeeded ? [] : [complaints.trimEnd()];
}

/** Names of the frameworks that a target is linked with. */
export function linkedFrameworks(target: GypTarget): string[] {
	return target.libraries.flatMap(linkerWords).filter((_, index, words) => words[index - 1] === "-framework");
}

/** gyp names a framework by its path in the SDK or as the linker's words. */
function linkerWords(library: string): string[] {
	const framework = /([^/]+)\.framework$/.exec(library)?.[1];
	return framework ? ["-framework", framework] : library.split(/\s+/);
}
