import { access, constants } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { missingDebianPackages } from "../../../setup/debian-packages.mjs";
import { messageOf } from "../../../signaling/protocol/errors.ts";
import { AddonError } from "../../native/addon-error.ts";
import { type FoundAddon, findAddon } from "../../native/load.ts";
import { isClone, packageRoot } from "../../package-root.ts";
import { readServing } from "../../serving-file.ts";
import { stateFolderFaults, stateFolderHolder, stateFolderRefusal } from "../../state-folder.ts";
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

/** How long a server that runs may take to answer, ms. */
const ANSWER_WITHIN = 2_000;

/** The folder of secrets and links, who may reach it, and the server that uses it. Nothing is changed in it. */
export async function stateFindings(folder: string): Promise<Finding[]> {
	const name = "state";
	const refusal = await stateFolderRefusal(folder);
	const faults = await stateFolderFaults(folder);
	const findings: Finding[] = faults.map((fault) => ({ name, state: "warning", ...fault }));
	if (refusal) findings.push({ name, state: "bad", ...refusal });
	else if (faults.length === 0) findings.push({ name, state: "good", detail: folder });
	const holder = await stateFolderHolder(folder);
	return holder ? [...findings, await serverFinding(folder, holder.pid)] : findings;
}

async function serverFinding(folder: string, pid: number): Promise<Finding> {
	const name = "server";
	const serving = await readServing(folder);
	const detail = `process ${pid} runs${serving ? ` at ${serving.url}` : ""}`;
	const answer = await fetch(`${serving?.url}/healthz`, { signal: AbortSignal.timeout(ANSWER_WITHIN) })
		.then((response) => response.json())
		.catch(() => undefined);
	const { status } = (answer ?? {}) as { status?: unknown };
	if (status === "ok") return { name, state: "good", detail };
	if (status === "degraded") {
		const remedy =
			"Make room on the disk and do not restart before: its log tells what is not written. Until it is, a restart brings back what was revoked.";
		return { name, state: "bad", detail: `${detail}, and cannot write its state to the disk`, remedy };
	}
	return { name, state: "warning", detail: `${detail}, and does not answer`, remedy: "See its log." };
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
