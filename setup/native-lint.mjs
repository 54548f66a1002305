import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { installDebianPackages } from "./debian-packages.mjs";
import { nodeProgram, root, SetupError } from "./step.mjs";

/** Installs what the native code is checked with, and the headers that it includes. */
export async function installNativeLint() {
	if (process.platform !== "linux") throw new SetupError("The native code is linted on Linux.");
	await installDebianPackages("native-lint");
}

/** Runs clang-format and clang-tidy over the native code; their words say what failed. */
export function lintNative() {
	runLint([]);
}

/** Formats the native code. */
export function formatNative() {
	runLint(["--format"]);
}

function runLint(words) {
	const program = join(root, "test", "native", "lint", "main.ts");
	const { status } = spawnSync(nodeProgram(), [program, ...words], { cwd: root, stdio: "inherit" });
	if (status !== 0) process.exit(1);
}
