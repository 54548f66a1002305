import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { root } from "../../setup/step.mjs";

/** Whether mediasoup is to be tested: `npm run mediasoup` was run, and with `PORTHOLE_MEDIASOUP=1` it must have been. */
export function hasMediasoup(): boolean {
	if (process.env.PORTHOLE_MEDIASOUP === "0") return false;
	if (process.env.PORTHOLE_MEDIASOUP === "1") return true;
	try {
		accessSync(join(root, ".setup", "mediasoup", "mediasoup-worker"), constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
