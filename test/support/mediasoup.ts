import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { root } from "../../setup/step.mjs";

/** Whether `npm run mediasoup` was run; `npm test` runs it, unless `PORTHOLE_MEDIASOUP=0` says that it is not wanted. */
export function hasMediasoup(): boolean {
	if (process.env.PORTHOLE_MEDIASOUP !== "0") return true;
	try {
		accessSync(join(root, ".setup", "mediasoup", "mediasoup-worker"), constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
