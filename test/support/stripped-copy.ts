import { readdirSync, readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { root } from "../../setup/step.mjs";

/** What the tests' programs are made of. */
const SOURCES = ["server", "signaling", "test/support", "test/fakes"];
/** What they find beside them as it is. */
const LINKED = ["native", "node_modules", "setup", "test/fixtures"];

/**
 * A copy of the project's programs as plain JavaScript, for where stripping types takes long: `a.ts` is `a.mjs` there.
 */
export async function makeStrippedCopy(folder: string): Promise<void> {
	for (const source of SOURCES) {
		const names = readdirSync(join(root, source), { recursive: true, encoding: "utf8" });
		for (const name of names.filter((name) => name.endsWith(".ts"))) {
			const text = stripTypeScriptTypes(readFileSync(join(root, source, name), "utf8"));
			const target = join(folder, source, name.replace(/\.ts$/, ".mjs"));
			await mkdir(dirname(target), { recursive: true });
			await writeFile(target, text.replace(/((?:from|import)\s*\(?\s*"\.[^"]*)\.ts"/g, '$1.mjs"'));
		}
	}
	for (const name of LINKED) await symlink(join(root, name), join(folder, name));
}
