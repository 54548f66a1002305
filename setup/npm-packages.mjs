import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { digestOf, isDone, markDone, root, run, SetupError } from "./step.mjs";

/** Oldest Node that runs TypeScript as it is and that the WebRTC library supports. */
const OLDEST = [22, 12];

/** Installs what the lock file names. On Linux that includes the Node that everything else runs on. */
export async function installNpmPackages() {
	const digest = digestOf(["package.json", "package-lock.json"]);
	if (!isDone("npm-packages", digest) || !existsSync(join(root, "node_modules", ".package-lock.json"))) {
		const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
		// A start builds the page and the addon, also where only what runs would be installed.
		await run("Installing npm packages", "npm", ["ci", "--ignore-scripts", "--include=dev", ...quiet], {
			env: { npm_config_engine_strict: "false" },
			remedy: "Is the npm registry reachable? Run the command again to go on.",
		});
		markDone("npm-packages", digest);
	}
	linkNode();
	requireNode();
}

/** npm 10 removes the link to the one Node together with the package for the other processor, whose link it takes it for. */
export function linkNode({ from = root, arch = process.arch } = {}) {
	const links = join(from, "node_modules", ".bin");
	const program = join("..", `node-linux-${arch}`, "bin", "node");
	if (!existsSync(join(links, program)) || existsSync(join(links, "node"))) return;
	symlinkSync(program, join(links, "node"));
}

function requireNode() {
	if (existsSync(join(root, "node_modules", ".bin", "node"))) return;
	const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
	if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
	throw new SetupError(
		`Node ${process.versions.node} is too old here, and npm brings a newer one only on Linux (x64, arm64). ` +
			`Install Node ${OLDEST.join(".")} or newer and run the command again.`,
	);
}
