import { access } from "node:fs/promises";
import { resolve } from "node:path";
import type { Probe } from "./probe.ts";

/** The page has been built. */
export const pageProbe: Probe = async () => {
	const path = resolve(import.meta.dirname, "..", "..", "..", "out", "index.html");
	const built = await access(path).then(
		() => true,
		() => false,
	);
	if (built) return [{ name: "page", state: "good", detail: "built" }];
	return [
		{ name: "page", state: "bad", detail: `${path} is missing`, remedy: "Run npm start, which builds it." },
	];
};
