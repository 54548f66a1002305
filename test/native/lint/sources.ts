import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../macos/toolchain.ts";

/** All sources of C++ and Objective-C++, as paths from the clone's top folder. */
export function nativeSources(): string[] {
	return ["native", "test/native"].flatMap((folder) =>
		readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
			.map((name) => join(folder, name))
			.filter((path) => /\.(cc|h|mm)$/.test(path) && !path.startsWith("native/build/")),
	);
}
