import { access } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../package-root.ts";
import type { Probe } from "./probe.ts";

/** The page has been built. */
export const pageProbe: Probe = async () => {
	const path = join(packageRoot, "out", "index.html");
	const built = await access(path).then(
		() => true,
		() => false,
	);
	if (built) return [{ name: "page", state: "good", detail: "built" }];
	return [
		{ name: "page", state: "bad", detail: `${path} is missing`, remedy: "Run npm start, which builds it." },
	];
};
