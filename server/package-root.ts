import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder that has the package's package.json: of the clone, or of the installed package, in which this runs as
 * JavaScript two folders deep (dist).
 */
export const packageRoot = rootOf(import.meta.dirname);

/** The version that package.json has. */
export function packageVersion(): string {
	return (JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string }).version;
}

/** Whether this is a clone, in which everything can be built; an installed package has no sources of the addon. */
export const isClone = hasSources(packageRoot);

/** The same of any folder. */
export function hasSources(folder: string): boolean {
	return existsSync(join(folder, "native", "binding.gyp"));
}

/** The nearest folder from `folder` upwards that has a package.json; `folder` itself when there is none. */
export function rootOf(folder: string): string {
	for (let at = folder; ; at = dirname(at)) {
		if (existsSync(join(at, "package.json"))) return at;
		if (at === dirname(at)) return folder;
	}
}
