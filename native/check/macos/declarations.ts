import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type AstNode, parseAst } from "./syntax-tree.ts";
import { runProgram, systemFlags } from "./toolchain.ts";

/** A C function that a header of ours declares. */
export interface DeclaredFunction {
	readonly name: string;
	readonly framework: string;
	readonly parameters: readonly string[];
	readonly result: string;
}

/** What our headers say of Apple's frameworks, or Darwin's of libobjc. Types are as clang writes them, without typedefs. */
export interface Declarations {
	readonly functions: readonly DeclaredFunction[];
	/** Variables that a framework exports. */
	readonly variables: readonly { readonly name: string; readonly framework: string; readonly type: string }[];
	readonly constants: readonly {
		readonly name: string;
		readonly framework: string;
		readonly value: bigint;
	}[];
	readonly classes: readonly { readonly name: string; readonly framework: string }[];
}

/** Names of the frameworks that a tree declares. */
export function declaredFrameworks(frameworks: string): string[] {
	if (!existsSync(frameworks)) return [];
	return readdirSync(frameworks)
		.filter((name) => name.endsWith(".framework"))
		.map((name) => name.slice(0, -".framework".length))
		.sort();
}

/** Reads the declarations of all frameworks in a folder, and of libobjc. Throws with clang's words when it fails. */
export async function readDeclarations(frameworks: string): Promise<Declarations> {
	const names = declaredFrameworks(frameworks);
	const headers = [...names.map((name) => `${name}/${name}.h`), "objc/runtime.h", "objc/message.h"];
	const includes = headers.flatMap((header) => ["-include", header]);
	const { succeeded, text, complaints } = await runProgram("clang-19", [
		...systemFlags("arm64", frameworks),
		...["-x", "objective-c", ...includes, "-Xclang", "-ast-dump=json", "-fsyntax-only", "/dev/null"],
	]);
	if (!succeeded) throw new Error(`The declarations cannot be read:\n${complaints}`);
	return collect(parseAst(text), frameworks);
}

function collect(nodes: readonly AstNode[], frameworks: string): Declarations {
	const found = {
		functions: [] as DeclaredFunction[],
		variables: [] as { name: string; framework: string; type: string }[],
		constants: [] as { name: string; framework: string; value: bigint }[],
		classes: [] as { name: string; framework: string }[],
	};
	for (const node of nodes) {
		const framework = ownerOf(node.file, frameworks);
		if (framework === undefined) continue;
		const { name = "" } = node;
		if (node.kind === "FunctionDecl" && node.storageClass !== "static") {
			const parameters = node.inner.filter(({ kind }) => kind === "ParmVarDecl").map(({ type }) => type);
			found.functions.push({ name, framework, parameters, result: resultOf(node.type) });
		} else if (node.kind === "VarDecl" && node.storageClass === "extern") {
			found.variables.push({ name, framework, type: node.type });
		} else if (node.kind === "EnumDecl") {
			let next = 0n;
			for (const { name: constant = "", value } of node.inner.filter(
				({ kind }) => kind === "EnumConstantDecl",
			)) {
				next = value ?? next;
				found.constants.push({ name: constant, framework, value: next++ });
			}
		} else if (node.kind === "ObjCInterfaceDecl" && !node.isForward) {
			found.classes.push({ name, framework });
		}
	}
	return found;
}

/** The framework whose header a file is, `libobjc` for those of the Objective-C runtime. */
function ownerOf(file: string, frameworks: string): string | undefined {
	if (file.startsWith(join(frameworks, "/"))) return /([^/]+)\.framework\/Headers\//.exec(file)?.[1];
	return /\/any-darwin-any\/objc\//.test(file) ? "libobjc" : undefined;
}

/** `int (char *)` gives `int`. */
function resultOf(type: string): string {
	let depth = 0;
	for (let index = type.length - 1; index >= 0; index--) {
		if (type[index] === ")") depth++;
		if (type[index] === "(" && --depth === 0) return type.slice(0, index).trim();
	}
	return type;
}
