import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { digestOf, isDone, isFile, markDone, nodeProgram, root, run, SetupError, say } from "./step.mjs";

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
 * tests alone, those of the long tests (`test-all`) for them: each is as much work again.
 */
export async function buildAddon(goal) {
	if (prebuildServes(goal)) return say(`Taking the native addon from ${prebuildPath()}`);
	const steps = ["addon"];
	// The programs are for Linux.
	if (process.platform === "linux") {
		if (goal === "test" || goal === "test-all") steps.push("addon-checks");
		if (goal === "test-all") steps.push("addon-long-checks");
	}
	const addon = digestOf(["native", "setup/addon.mjs", "package-lock.json"]) + libraries();
	const digest = (step) => (step === "addon" ? addon : addon + digestOf(checkFolders));
	if (isFile(localAddon) && steps.every((step) => isDone(step, digest(step)))) return;
	requireCompiler();
	const gyp = join(root, "node_modules", "node-gyp", "bin", "node-gyp.js");
	const make = (label, ...words) =>
		run(label, nodeProgram(), [gyp, ...words, "-C", "native", ...headers()], {
			env: { JOBS: "max" },
			remedy: "The compiler's words are above.",
		});
	await make("Preparing the native addon", "configure");
	const targets = { addon: "porthole", "addon-checks": "checks", "addon-long-checks": "long-checks" };
	await make("Building the native addon", "build", ...steps.map((step) => targets[step]));
	for (const step of steps) markDone(step, digest(step));
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

/**
 * On macOS, makes sure that there is a compiler: Xcode or its command line tools, with the licence accepted. Throws
 * SetupError with what to do. The check is by the tools' documented behaviour; it has not yet run on a Mac.
 */
export function requireCompiler({ platform = process.platform, ask = askProgram } = {}) {
	if (platform !== "darwin") return;
	// Asked first, as it shows no window; the compiler's stand-in would offer to install the tools.
	if (ask("xcode-select", ["-p"]).status !== 0) {
		throw new SetupError(
			"The native addon is built with Xcode's command line tools, and there are none here. Run this, then the " +
				"command again:\n\n  xcode-select --install\n",
		);
	}
	const { status, output } = ask("xcrun", ["clang++", "--version"]);
	if (status === 0) return;
	const isUnread = /license/i.test(output);
	throw new SetupError(
		isUnread
			? "The licence of Xcode has not been accepted yet. Run this, then the command again:\n\n" +
					"  sudo xcodebuild -license accept\n"
			: `There is no compiler that can be used (xcrun clang++ ended with ${status}): ${output.trim().slice(0, 500)}\n` +
					"Choose an Xcode that is there, then run the command again:\n\n" +
					"  sudo xcode-select --switch /Applications/Xcode.app\n",
	);
}

function askProgram(program, args) {
	const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", timeout: 60_000 });
	return { status: status ?? -1, output: error ? error.message : `${stdout}${stderr}` };
}
