import { messageOf } from "../../../signaling/protocol/errors.ts";
import { loadAddon } from "../../native/load.ts";
import type { Probe } from "./probe.ts";

/** The native addon loads. */
export const addonProbe: Probe = () => {
	try {
		loadAddon();
		return [{ name: "addon", state: "good", detail: "loaded" }];
	} catch (error) {
		const remedy = "Run npm run build:native; the compiler's words tell what is missing.";
		return [{ name: "addon", state: "bad", detail: messageOf(error), remedy }];
	}
};
