import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { digestOf, isDone, isFile, markDone, nodeProgram, root, run } from "./step.mjs";

const built = join(root, "native", "build", "Release", "porthole.node");

/**
 * Builds the native addon against the headers of the Node that will load it. The programs that check it are built for
 * tests alone: they are as much work again.
 */
export async function buildAddon(goal) {
	const withChecks = goal === "test";
	const digest = digestOf(["native", "setup/addon.mjs", "package-lock.json"]) + libraries();
	if (isFile(built) && (isDone("addon-checks", digest) || (!withChecks && isDone("addon", digest)))) return;
	const gyp = join(root, "node_modules", "node-gyp", "bin", "node-gyp.js");
	const make = (label, ...words) =>
		run(label, nodeProgram(), [gyp, ...words, "-C", "native", ...headers()], {
			env: { JOBS: "max" },
			remedy: "The compiler's words are above.",
		});
	await make("Preparing the native addon", "configure");
	await make("Building the native addon", "build", ...(withChecks ? [] : ["porthole"]));
	markDone(withChecks ? "addon-checks" : "addon", digest);
}

/** Libraries whose presence changes what is compiled in. */
function libraries() {
	return isFile("/usr/include/x264.h") ? "+x264" : "";
}

/** The npm package of Node carries its headers; elsewhere node-gyp looks beside the running Node. */
function headers() {
	const name = `node-linux-${process.arch}/package.json`;
	try {
		return [`--nodedir=${dirname(createRequire(join(root, "package.json")).resolve(name))}`];
	} catch {
		return [`--nodedir=${dirname(dirname(process.execPath))}`];
	}
}
