import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import type { Addon } from "./addon.ts";

/** Where `npm start` and `npm run build:native` put the addon. */
export const ADDON_PATH = fileURLToPath(new URL("../../native/build/Release/porthole.node", import.meta.url));

const REMEDY = "Build it with: npm run build:native (npm start and npm test do so by themselves).";

let loaded: Addon | undefined;

/**
 * The native addon, loaded on first use.
 *
 * @throws PortholeError `addon-missing` when it was never built; `addon-unusable` when it cannot be loaded, as after
 * a change of Node or of the system's libraries. A later call tries again.
 */
export function loadAddon(path: string = ADDON_PATH): Addon {
	if (path === ADDON_PATH && loaded !== undefined) return loaded;
	if (!existsSync(path)) {
		throw new PortholeError("addon-missing", `There is no native addon at ${path}. ${REMEDY}`);
	}
	let addon: Addon;
	try {
		addon = createRequire(import.meta.url)(path) as Addon;
	} catch (cause) {
		throw new PortholeError(
			"addon-unusable",
			`The native addon at ${path} could not be loaded: ${messageOf(cause)}. ${REMEDY}`,
			{ cause },
		);
	}
	if (path === ADDON_PATH) loaded = addon;
	return addon;
}
