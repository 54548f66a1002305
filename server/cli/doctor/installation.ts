import { access, constants, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { missingDebianPackages } from "../../../setup/debian-packages.mjs";
import { defaultStateFolder } from "../../../signaling/auth/state-files.ts";
import { writePrivate } from "../../../signaling/private-file.ts";
import { messageOf } from "../../../signaling/protocol/errors.ts";
import { AddonError } from "../../native/addon-error.ts";
import { type FoundAddon, findAddon } from "../../native/load.ts";
import { isClone, packageRoot } from "../../package-root.ts";
import { stateFolderFault } from "../../state-folder.ts";
import type { Finding, Probe } from "./report.ts";

const OLDEST = { major: 22, minor: 12 };

/** The Node that runs this. */
export const nodeProbe: Probe = () => {
	const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
	const good = major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
	const detail = `${process.versions.node} at ${process.execPath}`;
	if (good) return [{ name: "node", state: "good", detail }];
	const remedy = `Run npm start once (on Linux it brings its own), or install Node ${OLDEST.major}.${OLDEST.minor} or newer.`;
	return [{ name: "node", state: "bad", detail, remedy }];
};

/** The native addon loads: which one, for what it was built, and what was passed over on the way. */
export const addonProbe: Probe = () => addonFindings(findAddon);

/** The same with another way to find it. */
export function addonFindings(find: () => FoundAddon): Finding[] {
	try {
		const found = find();
		return [{ name: "addon", state: "good", detail: describe(found) }, ...passedOver(found)];
	} catch (error) {
		const remedy =
			error instanceof AddonError
				? error.remedy
				: "Run npm run build:native; the compiler's words tell what is missing.";
		const detail =
			error instanceof AddonError
				? error.places.map((place) => `${place.origin} ${place.path}: ${place.detail}`).join("; ")
				: messageOf(error);
		return [{ name: "addon", state: "bad", detail, remedy }];
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

/** The folder of secrets and links, as far as a start without options uses it. */
export const stateProbe: Probe = () => stateFindings(defaultStateFolder());

export async function stateFindings(folder: string): Promise<Finding[]> {
	const name = "state";
	const fault = await stateFolderFault(folder);
	if (fault !== undefined) return [{ name, state: "warning", detail: fault, remedy: "See there." }];
	const file = join(folder, `doctor.${process.pid}`);
	try {
		await writePrivate(file, "");
		await rm(file);
		return [{ name, state: "good", detail: folder }];
	} catch (error) {
		return [{ name, state: "bad", detail: messageOf(error), remedy: "See there." }];
	}
}

/** The Debian packages that a start wants. */
export const packagesProbe: Probe = () => {
	if (process.platform !== "linux") return [];
	const missing = missingDebianPackages("start");
	if (missing.length === 0)
		return [{ name: "packages", state: "good", detail: "all Debian packages are there" }];
	const remedy = `apt-get install ${missing.join(" ")}`;
	return [{ name: "packages", state: "warning", detail: `missing: ${missing.join(", ")}`, remedy }];
};

/** The page has been built. */
export const pageProbe: Probe = async () => {
	const path = join(packageRoot, "out", "index.html");
	const built = await access(path).then(
		() => true,
		() => false,
	);
	if (built) return [{ name: "page", state: "good", detail: "built" }];
	return [
		{ name: "page", state: "bad", detail: `${path} is missing`, remedy: "Run npm start, which builds it." },
	];
};

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
