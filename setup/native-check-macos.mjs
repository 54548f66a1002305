import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { installDebianPackages } from "./debian-packages.mjs";
import { digestOf, isDone, isFile, markDone, nodeProgram, root, run, SetupError } from "./step.mjs";

/** Where the packages and what the check keeps lie; outside node_modules, so that npm ci leaves them alone. */
const folder = join(root, ".setup", "native-check-macos");
const lists = join(root, "setup", "native-check-macos");

/** Installs what the check of the macOS code takes: headers of Darwin, what is known of Apple's frameworks, and clang. */
export async function installNativeCheckMacos() {
	if (process.platform !== "linux") {
		throw new SetupError("The macOS code is checked on Linux. On a Mac, build it: npm run build:native.");
	}
	// One waits for the network and the disk, the other for a processor.
	await Promise.all([installPackages(), installDebianPackages("native-check-macos")]);
}

/** Runs the check in full; its own words say what failed. */
export function checkNativeMacos() {
	const { status } = spawnSync(nodeProgram(), [join(root, "test", "native", "macos", "main.ts")], {
		cwd: root,
		stdio: "inherit",
	});
	if (status !== 0) process.exit(1);
}

/** The binaries among them are for macOS: they are read here, never run, and no script of theirs is. */
async function installPackages() {
	const digest = digestOf(["setup/native-check-macos"]);
	if (
		isDone("native-check-macos/packages", digest) &&
		isFile(join(folder, "node_modules/.package-lock.json"))
	)
		return;
	mkdirSync(folder, { recursive: true });
	for (const name of ["package.json", "package-lock.json"])
		copyFileSync(join(lists, name), join(folder, name));
	const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
	await run(
		"Installing what the macOS code is checked with",
		"npm",
		["ci", "--os=darwin", "--cpu=arm64", "--ignore-scripts", ...quiet],
		{ cwd: folder, remedy: "Is the npm registry reachable? Run the command again to go on." },
	);
	markDone("native-check-macos/packages", digest);
}
