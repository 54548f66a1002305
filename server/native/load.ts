import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { systemClock } from "../../signaling/clock.ts";
import { messageOf } from "../../signaling/protocol/errors.ts";
import { hasSources, packageRoot } from "../package-root.ts";
import type { Addon } from "./addon.ts";
import { AddonError, type AddonPlace, type PassedPlace } from "./addon-error.ts";
import { type BinaryHeader, readBinaryHeader } from "./binary-header.ts";

const NAME = "porthole.node";

/** What decides where the addon is looked for. */
export interface AddonSearch {
	/** The only place that counts, if it is given: PORTHOLE_ADDON. */
	readonly explicit?: string | undefined;
	/** The package's folder. */
	readonly root: string;
	/** In Node's words. */
	readonly platform: string;
	readonly arch: string;
}

/** An addon that was loaded. */
export interface FoundAddon extends AddonPlace {
	readonly addon: Addon;
	/** Places before it that had none to load. */
	readonly passed: readonly PassedPlace[];
	/** For what it was built, where its header tells. */
	readonly header: BinaryHeader | undefined;
}

let loaded: Addon | undefined;

/**
 * The native addon, loaded on first use.
 *
 * @throws AddonError with every place that was looked at. A later call tries again.
 */
export function loadAddon(): Addon {
	loaded ??= findAddon().addon;
	return loaded;
}

/** Where the addon may lie, the first one that can be loaded counts: an explicit path, a local build, a prebuild. */
export function addonPlaces({ explicit, root, platform, arch }: AddonSearch): AddonPlace[] {
	if (explicit) return [{ origin: "explicit", path: resolve(explicit) }];
	return [
		{ origin: "local build", path: join(root, "native", "build", "Release", NAME) },
		{ origin: "prebuild", path: join(root, "prebuilds", `${platform}-${arch}`, NAME) },
	];
}

/**
 * Looks for the addon and loads it.
 *
 * @throws AddonError `addon-missing` when there is none in any place; `addon-unusable` when there is one that cannot be
 * loaded, as after a change of the system's libraries.
 */
export function findAddon(search: AddonSearch = searchHere()): FoundAddon {
	const passed: PassedPlace[] = [];
	for (const place of addonPlaces(search)) {
		const outcome = tryPlace(place, search);
		if ("addon" in outcome) return { ...place, ...outcome, passed };
		passed.push({ ...place, ...outcome });
	}
	throw new AddonError(search, passed, hasSources(search.root));
}

function searchHere(): AddonSearch {
	const { PORTHOLE_ADDON: explicit } = process.env;
	return { explicit, root: packageRoot, platform: process.platform, arch: process.arch };
}

function tryPlace(
	{ path }: AddonPlace,
	{ platform, arch }: AddonSearch,
): Omit<PassedPlace, keyof AddonPlace> | Pick<FoundAddon, "addon" | "header"> {
	if (!existsSync(path)) return { fault: "missing", detail: "there is none" };
	try {
		const header = readBinaryHeader(path);
		if (header && (header.platform !== platform || !header.architectures.includes(arch))) {
			const built = `${header.platform} ${header.architectures.join(" and ")}`;
			return { fault: "other-machine", detail: `it was built for ${built}, this is ${platform} ${arch}` };
		}
		const addon = createRequire(import.meta.url)(path) as Addon;
		addon.setClock(systemClock.now());
		return { addon, header };
	} catch (cause) {
		return { fault: "unloadable", detail: messageOf(cause), cause };
	}
}
