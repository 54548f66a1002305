import { access, constants } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { packageRoot } from "../../package-root.ts";
import type { Mediasoup } from "./library.ts";

/** Where `npm run mediasoup` puts the package and its worker (setup/mediasoup.mjs). */
const FOLDER = join(packageRoot, ".setup", "mediasoup");

/** The library, and the program that it starts for each worker. */
export interface Installed {
	readonly mediasoup: Mediasoup;
	readonly workerBin: string;
}

/** Loads mediasoup. Throws PortholeError `mediasoup-missing` that tells how to get it. */
export async function loadMediasoup(folder = FOLDER): Promise<Installed> {
	const workerBin = join(folder, "mediasoup-worker");
	try {
		await access(workerBin, constants.X_OK);
		const require = createRequire(join(folder, "package.json"));
		return { mediasoup: require("mediasoup") as Mediasoup, workerBin };
	} catch (cause) {
		throw new PortholeError(
			"mediasoup-missing",
			`mediasoup is not installed in ${folder}. Run npm run mediasoup, or leave out --engine mediasoup.`,
			{ cause },
		);
	}
}
