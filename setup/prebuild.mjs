import { chmodSync, copyFileSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { buildAddon, localAddon, prebuildPath } from "./addon.mjs";
import { run } from "./step.mjs";

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
