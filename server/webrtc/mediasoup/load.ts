import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { isClone, packageRoot } from "../../package-root.ts";

/** Where `npm run mediasoup` puts the worker (setup/mediasoup.mjs). */
const BUILT_WORKER = join(packageRoot, ".setup", "mediasoup", "mediasoup-worker");

/** The library, and the program that it starts for each worker. */
export interface Installed {
	readonly mediasoup: Pick<typeof import("mediasoup"), "version" | "createWorker">;
	readonly workerBin: string;
}

/**
 * Loads mediasoup, to run `wantedWorker`, or the worker that was built here, or the package's own. Throws PortholeError `mediasoup-missing` that tells how to get it.
 */
export async function loadMediasoup(wantedWorker?: string): Promise<Installed> {
	try {
		const mediasoup = await import("mediasoup");
		const workerBin = wantedWorker ?? ((await isProgram(BUILT_WORKER)) ? BUILT_WORKER : mediasoup.workerBin);
		await access(workerBin, constants.X_OK);
		return { mediasoup, workerBin };
	} catch (cause) {
		throw new PortholeError(
			"mediasoup-missing",
			`mediasoup or its worker is not here. Run ${isClone ? "npm run mediasoup" : "npm install mediasoup"}, or leave out --engine mediasoup.`,
			{ cause },
		);
	}
}

function isProgram(path: string): Promise<boolean> {
	return access(path, constants.X_OK).then(
		() => true,
		() => false,
	);
}
