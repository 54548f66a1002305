import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { installDebianPackages } from "./debian-packages.mjs";
import { nodeProgram, root, SetupError } from "./step.mjs";

/** Installs what the fuzz targets are built with: clang with libFuzzer and the sanitizers. */
export async function installNativeFuzz() {
	if (process.platform !== "linux") throw new SetupError("The native code is fuzzed on Linux.");
	await installDebianPackages("native-fuzz");
}

/** Builds the targets and runs each; the words after the goal's name say how long and which. */
export function fuzzNative() {
	const program = join(root, "test", "native", "fuzz", "main.ts");
	const words = process.argv.slice(3);
	const { status } = spawnSync(nodeProgram(), [program, ...words], { cwd: root, stdio: "inherit" });
	if (status !== 0) process.exit(1);
}
