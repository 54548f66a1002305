import { simulatorError } from "../errors.ts";
import type { Tools } from "./tools.ts";

/** The Xcode that is in use. */
export interface Xcode {
	/** As `xcode-select -p` says. */
	readonly developerDir: string;
	/** Such as 26; absent: it could not be found out. */
	readonly major?: number;
}

/** Asks for the selected Xcode. Throws PortholeError `program-missing` or `program-failed`. */
export async function findXcode(tools: Tools): Promise<Xcode> {
	const selected = await tools.run("xcode-select", ["-p"]);
	const developerDir = selected.output.toString("utf8").trim();
	if (selected.code !== 0 || !developerDir.startsWith("/")) {
		const words =
			"There is no Xcode: xcode-select names none. Install Xcode, or choose it with xcode-select -s.";
		throw simulatorError("program-failed", words);
	}
	const version = await tools.run("xcodebuild", ["-version"]).catch(() => undefined);
	const [, major] = /^Xcode (\d+)/.exec(version?.output.toString("utf8") ?? "") ?? [];
	return { developerDir, ...(major === undefined ? {} : { major: Number(major) }) };
}

/** How input goes to simulators: from Xcode 27 on the older way is taken and then vanishes. */
export function inputTransport({ major }: Xcode): "indigo" | "dtuhid" {
	return major !== undefined && major >= 27 ? "dtuhid" : "indigo";
}
