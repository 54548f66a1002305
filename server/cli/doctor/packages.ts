import { missingDebianPackages } from "../../../setup/debian-packages.mjs";
import type { Probe } from "./probe.ts";

/** The Debian packages that a start wants. */
export const packagesProbe: Probe = () => {
	if (process.platform !== "linux") return [];
	const missing = missingDebianPackages("start");
	if (missing.length === 0)
		return [{ name: "packages", state: "good", detail: "all Debian packages are there" }];
	const remedy = `apt-get install ${missing.join(" ")}`;
	return [{ name: "packages", state: "warning", detail: `missing: ${missing.join(", ")}`, remedy }];
};
