import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import ts from "typescript";
import { root } from "../../setup/step.mjs";

/** One file of the project; `path` from the clone's top, with slashes. */
export interface SourceFile {
	readonly path: string;
	readonly text: string;
}

/** One import of a file: static or dynamic, of values or of types. */
export interface Import {
	readonly from: string;
	/** Path of a file of ours; undefined for a package, and for one that is not there. */
	readonly to: string | undefined;
	/** As it is written. */
	readonly name: string;
}

const CODE = /\.(ts|tsx|mjs|js)$/;
const READ = /\.(ts|tsx|mjs|js|cc|h|mm)$/;
const NOT_OURS = new Set(["node_modules", "build"]);

/** Every file of ours that is code, in folders of the clone and at its top. */
export function readSources(folders: readonly string[]): SourceFile[] {
	const top = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isFile());
	const paths = [...top.map(({ name }) => name), ...folders.flatMap((folder) => filesIn(folder))];
	return paths
		.filter((path) => READ.test(path))
		.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** The imports of a file. An import whose name is worked out at run time has the name `?`. */
export function importsOf({ path, text }: SourceFile): Import[] {
	if (!CODE.test(path)) return [];
	const names = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
	const hidden = [...text.matchAll(/\bimport\s*\(\s*(?!["'])[^)\s]/g)].map(() => "?");
	return [...names, ...hidden].map((name) => ({ from: path, to: resolve(path, name), name }));
}

function resolve(from: string, name: string): string | undefined {
	return name.startsWith(".") ? posix.join(dirname(from), name) : undefined;
}

function filesIn(folder: string): string[] {
	return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
		if (NOT_OURS.has(entry.name)) return [];
		const path = `${folder}/${entry.name}`;
		return entry.isDirectory() ? filesIn(path) : [path];
	});
}
