import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { digestOf, isDone, isFile, markDone, nodeProgram, root, run, say } from "./step.mjs";
import { requireCompiler } from "./xcode.mjs";

/** Where a build in this clone puts the addon. */
export const localAddon = join(root, "native", "build", "Release", "porthole.node");

/** Where the programs that check the addon have their sources. */
const checkFolders = ["apple-check", "apple-fakes", "check", "programs", "screen-client"].map((name) =>
	join("test", "native", name),
);

/** Where the package has the addon for a system and a processor, in Node's words. */
export function prebuildPath(platform = process.platform, arch = process.arch) {
	return join(root, "prebuilds", `${platform}-${arch}`, "porthole.node");
}

/**
 * For a start on macOS: whether a prebuild serves, so that no compiler is wanted. What was built here comes first, and
 * is kept up to date. Injected for tests: the system, and what is there.
 */
export function prebuildServes(
	goal,
	{ platform = process.platform, arch = process.arch, has = isFile } = {},
) {
	return platform === "darwin" && goal === "start" && !has(localAddon) && has(prebuildPath(platform, arch));
}

/**
 * Builds the native addon against the headers of the Node that will load it. The programs that check it are built for
 * tests alone: they are as much work again.
 */
export async function buildAddon(goal) {
	if (prebuildServes(goal)) return say(`Taking the native addon from ${prebuildPath()}`);
	const withChecks = goal === "test";
	const digest = digestOf(["native", "setup/addon.mjs", "package-lock.json"]) + libraries();
	const checks = withChecks ? digest + digestOf(checkFolders) : "";
	if (isFile(localAddon) && (withChecks ? isDone("addon-checks", checks) : isDone("addon", digest))) return;
	requireCompiler();
	const gyp = join(root, "node_modules", "node-gyp", "bin", "node-gyp.js");
	const make = (label, ...words) =>
		run(label, nodeProgram(), [gyp, ...words, "-C", "native", ...headers()], {
			env: { JOBS: "max" },
			remedy: "The compiler's words are above.",
		});
	await make("Preparing the native addon", "configure");
	await make("Building the native addon", "build", ...(withChecks ? [] : ["porthole"]));
	markDone("addon", digest);
	if (withChecks) markDone("addon-checks", checks);
}

/** Libraries whose presence changes what is compiled in. */
function libraries() {
	return isFile("/usr/include/x264.h") ? "+x264" : "";
}

/**
 * Where node-gyp finds Node's headers: in the npm package of Node, else beside the running Node. Where they are in
 * neither, nothing is said, and node-gyp fetches them.
 */
export function headers({ from = root, execPath = process.execPath, has = isFile } = {}) {
	const name = `node-linux-${process.arch}/package.json`;
	try {
		return [`--nodedir=${dirname(createRequire(join(from, "package.json")).resolve(name))}`];
	} catch {
		const folder = dirname(dirname(execPath));
		return has(join(folder, "include", "node", "node_api.h")) ? [`--nodedir=${folder}`] : [];
	}
}
