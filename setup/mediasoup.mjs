import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { installDebianPackages, installedVersions } from "./debian-packages.mjs";
import { buildWorker } from "./mediasoup/build.mjs";
import { digestOf, isDone, isFile, markDone, nodeProgram, root, SetupError, say } from "./step.mjs";

/** Where the worker lies; outside node_modules, so that npm leaves it alone. */
const folder = join(root, ".setup", "mediasoup");
const worker = join(folder, "mediasoup-worker");
const npmPackage = join(root, "node_modules", "mediasoup");

/** How long mediasoup's own install script may take to fetch a worker, ms. */
const FETCH_WITHIN = 30_000;

/**
 * Takes a worker that was built before, if there is one: the tests go with both media engines then. Building one takes
 * minutes, so only `npm run mediasoup` does it, or PORTHOLE_MEDIASOUP=1.
 */
export async function installMediasoupIfKept() {
	const wanted = process.env.PORTHOLE_MEDIASOUP;
	const digest = workerDigest();
	if (wanted === "0" || isInstalled(digest)) return;
	if (wanted === "1" || isFile(keptPath(digest))) return installMediasoup();
	// The package does not understand a worker of another version.
	if (!isDone("mediasoup-version", packageVersion())) rmSync(worker, { force: true });
	if (!isFile(worker))
		say("mediasoup's worker is not here, its tests are left out (npm run mediasoup gets one, in minutes)");
}

/**
 * Gets a worker for the npm package, which is installed without: one built before for the same sources and libraries,
 * else the one that the package's install script fetches, else one built from the package and Debian's libraries.
 */
export async function installMediasoup() {
	const digest = workerDigest();
	if (isInstalled(digest)) return;
	const fetched = () =>
		fetchWorker() ? join(npmPackage, "worker", "out", "Release", "mediasoup-worker") : undefined;
	const found = keptWorker(digest) ?? fetched() ?? (await buildAndKeep(digest));
	put(found, worker);
	markDone("mediasoup-version", packageVersion());
	markDone("mediasoup-worker", digest);
}

function isInstalled(digest) {
	return isDone("mediasoup-worker", digest) && isFile(worker);
}

/** What decides how a worker turns out, besides Debian's libraries: the package's version and how it is built. */
export function workerDigest() {
	return digestOf(["setup/mediasoup"]) + packageVersion();
}

function packageVersion() {
	return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.mediasoup;
}

/**
 * The install script of the package fetches a worker, and builds one with Python when it cannot; that build would fetch
 * still more, so it is left no Python.
 */
function fetchWorker() {
	say("Fetching mediasoup's worker …");
	const { status } = spawnSync(nodeProgram(), ["npm-scripts.mjs", "postinstall"], {
		cwd: npmPackage,
		env: { ...process.env, PYTHON: "false", MEDIASOUP_WORKER_BIN: "" },
		stdio: "ignore",
		timeout: FETCH_WITHIN,
	});
	const isThere = status === 0 && isFile(join(npmPackage, "worker", "out", "Release", "mediasoup-worker"));
	say(isThere ? "Fetching mediasoup's worker: done" : "Fetching mediasoup's worker: not to be had from here");
	return isThere;
}

/** Builds a worker and keeps it for other clones. */
async function buildAndKeep(digest) {
	if (!isFile("/usr/bin/dpkg-query")) {
		throw new SetupError(
			"mediasoup's worker could not be fetched, and it is built here only on Debian. Run the command again " +
				"where its releases can be reached, or go without --engine mediasoup.",
		);
	}
	await installDebianPackages("mediasoup");
	// The libraries are there only now, and what is kept goes by their versions.
	const before = keptWorker(digest);
	if (before !== undefined) return before;
	const build = join(folder, "build");
	rmSync(build, { recursive: true, force: true });
	const built = await buildWorker(join(npmPackage, "worker"), build);
	const kept = keptPath(digest);
	put(built, kept);
	rmSync(build, { recursive: true });
	return kept;
}

/** A worker built before, perhaps by another clone. */
function keptWorker(digest) {
	const path = keptPath(digest);
	if (!isFile(path)) return undefined;
	say(`Taking mediasoup's worker from ${path}`);
	return path;
}

/** Where a worker for these sources and this system's libraries is kept, for all clones of this user. */
export function keptPath(digest, cache = process.env.XDG_CACHE_HOME) {
	const base = cache && isAbsolute(cache) ? cache : join(homedir(), ".cache");
	const versions = JSON.stringify([...(installedVersions("mediasoup") ?? [])]);
	const key = createHash("sha256").update(digest).update(versions).digest("hex").slice(0, 16);
	return join(base, "porthole", `mediasoup-worker-${key}`);
}

/** Puts a file in its place at once, so that nobody finds half of it. */
function put(from, to) {
	mkdirSync(dirname(to), { recursive: true });
	const half = `${to}.${process.pid}`;
	copyFileSync(from, half);
	renameSync(half, to);
}
