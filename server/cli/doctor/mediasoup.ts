import { access, constants } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { isClone, packageRoot } from "../../package-root.ts";
import type { Probe } from "./probe.ts";

/** Whether `--engine mediasoup` can be asked for. */
export const mediasoupProbe: Probe = async () => {
	try {
		return [{ name: "mediasoup", state: "good", detail: await findWorker() }];
	} catch {
		const remedy = `Optional, for --engine mediasoup: npm ${isClone ? "run" : "install"} mediasoup.`;
		return [{ name: "mediasoup", state: "warning", detail: "not installed", remedy }];
	}
};

/** The worker that `npm run mediasoup` got, else the npm package's own. */
async function findWorker(): Promise<string> {
	const library = createRequire(import.meta.url).resolve("mediasoup");
	const own = join(dirname(library), "..", "..", "worker", "out", "Release", "mediasoup-worker");
	const built = join(packageRoot, ".setup", "mediasoup", "mediasoup-worker");
	try {
		await access(built, constants.X_OK);
		return built;
	} catch {
		await access(own, constants.X_OK);
		return own;
	}
}
