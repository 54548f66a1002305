import { spawnSync } from "node:child_process";
import { SetupError } from "./step.mjs";

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
