import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildAddon, localAddon, prebuildPath } from "./addon.mjs";
import { nodeProgram, root, run, SetupError, say } from "./step.mjs";

/** What the package runs: Node strips no types under node_modules, so that there it has to be JavaScript. */
const folder = join(root, "dist");
const prebuilds = join(root, "prebuilds");

/** Compiles the command line and all it imports into `dist/`, with the files beside them that they read. */
export async function buildDistribution() {
	rmSync(folder, { recursive: true, force: true });
	const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
	await run("Compiling for the package", nodeProgram(), [tsc, "-p", "tsconfig.package.json"]);
	for (const name of ["server", "signaling"]) {
		const isOther = (path) => !/\.(ts|mts)$/.test(path);
		cpSync(join(root, name), join(folder, name), { recursive: true, filter: isOther });
	}
	sayPrebuilds();
}

function sayPrebuilds() {
	const names = filesIn(prebuilds);
	if (names.length === 0) {
		throw new SetupError(
			"The package would have no native addon. Run this for each system, then pack again: npm run prebuild",
		);
	}
	say(`The package has native addons for ${names.join(", ")}`);
}

/** Names of what lies in a folder; none where it is not there. */
function filesIn(path) {
	try {
		return readdirSync(path).sort();
	} catch {
		return [];
	}
}

/** Builds the addon and puts it where `npm pack` takes it from. */
export async function makePrebuild() {
	await buildAddon("prebuild");
	await putPrebuild();
}

/** Puts the addon that was built here, without symbols, where `npm pack` takes it from. */
export async function putPrebuild() {
	const target = prebuildPath();
	const half = `${target}.${process.pid}`;
	mkdirSync(dirname(target), { recursive: true });
	copyFileSync(localAddon, half);
	for (const [program, ...words] of finishing(process.platform)) {
		await run("Stripping the addon", program, [...words, half]);
	}
	chmodSync(half, 0o755);
	renameSync(half, target);
}

/**
 * Commands that make an addon small, the file is their last word. On macOS the signature is of the file as it was, and
 * arm64 loads nothing without a good one. That branch has not yet run on a Mac.
 */
export function finishing(platform) {
	if (platform !== "darwin") return [["strip", "--strip-unneeded"]];
	return [
		["strip", "-x"],
		["codesign", "--force", "--sign", "-"],
	];
}
