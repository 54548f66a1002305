import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { isClone, packageRoot } from "../../package-root.ts";
import type { Probe } from "./probe.ts";

const WORKER = join(packageRoot, ".setup", "mediasoup", "mediasoup-worker");

/** Whether `--engine mediasoup` can be asked for. */
export const mediasoupProbe: Probe = async () => {
	const isThere = await access(WORKER, constants.X_OK).then(
		() => true,
		() => false,
	);
	if (isThere) return [{ name: "mediasoup", state: "good", detail: WORKER }];
	const remedy = isClone
		? "Optional, for --engine mediasoup: npm run mediasoup."
		: "Optional: --engine mediasoup is there in a clone only, after npm run mediasoup.";
	return [{ name: "mediasoup", state: "warning", detail: "not installed", remedy }];
};
