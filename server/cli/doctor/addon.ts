import { messageOf } from "../../../signaling/protocol/errors.ts";
import { AddonError } from "../../native/addon-error.ts";
import { type FoundAddon, findAddon } from "../../native/load.ts";
import type { Finding, Probe } from "./probe.ts";

const name = "addon";

/** The native addon loads: which one, for what it was built, and what was passed over on the way. */
export const addonProbe: Probe = () => addonFindings(findAddon);

/** The same with another way to find it. */
export function addonFindings(find: () => FoundAddon): Finding[] {
	try {
		const found = find();
		return [{ name, state: "good", detail: describe(found) }, ...passedOver(found)];
	} catch (error) {
		const remedy =
			error instanceof AddonError
				? error.remedy
				: "Run npm run build:native; the compiler's words tell what is missing.";
		const detail =
			error instanceof AddonError
				? error.places.map((place) => `${place.origin} ${place.path}: ${place.detail}`).join("; ")
				: messageOf(error);
		return [{ name, state: "bad", detail, remedy }];
	}
}

function describe({ origin, path, header }: FoundAddon): string {
	const built = header ? `, ${header.platform} ${header.architectures.join(" and ")}` : "";
	const oldest = header?.minimumMacos ? `, macOS ${header.minimumMacos} or newer` : "";
	return `${origin} ${path}${built}${oldest}`;
}

/** What lies in a place that counts more, and is of no use. */
function passedOver({ passed }: FoundAddon): Finding[] {
	return passed
		.filter(({ fault }) => fault !== "missing")
		.map(({ origin, path, detail }) => ({
			name: `addon (${origin})`,
			state: "warning",
			detail: `${path}: ${detail}`,
			remedy: "Build it again, with npm run build:native, or remove it.",
		}));
}
