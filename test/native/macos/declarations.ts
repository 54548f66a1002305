import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { runProgram, systemFlags } from "./toolchain.ts";

/** Something that a header of ours declares. */
interface Declared {
	readonly name: string;
	readonly framework: string;
}

/** A function in C, or a method by its selector. Types are as clang writes them, without typedefs. */
export interface DeclaredFunction extends Declared {
	readonly parameters: readonly string[];
	readonly result: string;
}

/** A method or property of a class. */
export interface DeclaredMember extends DeclaredFunction {
	readonly owner: string;
	readonly isProperty: boolean;
}

/** What our headers say of Apple's frameworks, and Darwin's of libobjc. */
export interface Declarations {
	readonly functions: readonly DeclaredFunction[];
	/** Variables that a framework exports. */
	readonly variables: readonly (Declared & { readonly type: string })[];
	readonly constants: readonly (Declared & { readonly value: bigint })[];
	readonly classes: readonly Declared[];
	readonly members: readonly DeclaredMember[];
	/** Names of types that are enumerations. */
	readonly enumerations: ReadonlySet<string>;
}

/** The library whose declarations are Darwin's own headers, not ours. */
export const RUNTIME = "libobjc";

/** Names of the frameworks that a folder declares. */
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
	const { succeeded, text, complaints } = await runProgram("clang-19", [
		...systemFlags("arm64", frameworks),
		...["-x", "objective-c", ...headers.flatMap((header) => ["-include", header])],
		...["-Xclang", "-ast-dump=json", "-fsyntax-only", "/dev/null"],
	]);
	if (!succeeded) throw new Error(`The declarations cannot be read:\n${complaints}`);
	return collect(parseAst(text), frameworks);
}

function collect(nodes: readonly AstNode[], frameworks: string): Declarations {
	const types = new Map<string, string>();
	const found = {
		functions: [] as DeclaredFunction[],
		variables: [] as (Declared & { type: string })[],
		constants: [] as (Declared & { value: bigint })[],
		classes: [] as Declared[],
		members: [] as DeclaredMember[],
		enumerations: new Set<string>(),
	};
	for (const node of nodes) {
		const { name = "", kind } = node;
		if (kind === "TypedefDecl") {
			types.set(name, node.type);
			if (node.inner.some(holdsEnumeration)) found.enumerations.add(name);
		}
		const framework = ownerOf(node.file, frameworks);
		if (framework === undefined) continue;
		const resolve = (type: string) => types.get(type.replace(/^const /, "")) ?? type;
		if (kind === "FunctionDecl" && node.storageClass !== "static") {
			const result = resolve(resultOf(node.type));
			found.functions.push({ name, framework, parameters: parametersOf(node), result });
		} else if (kind === "VarDecl" && node.storageClass === "extern") {
			found.variables.push({ name, framework, type: node.type });
		} else if (kind === "EnumDecl") {
			let next = 0n;
			for (const { name: constant = "", value } of node.inner.filter(
				(inner) => inner.kind === "EnumConstantDecl",
			)) {
				next = value ?? next;
				found.constants.push({ name: constant, framework, value: next++ });
			}
		} else if (/^ObjC(Interface|Category|Protocol)Decl$/.test(kind)) {
			if (kind === "ObjCInterfaceDecl" && !node.isForward) found.classes.push({ name, framework });
			const owner = kind === "ObjCCategoryDecl" ? (node.extended ?? "") : name;
			for (const member of node.inner.filter(({ isImplicit }) => !isImplicit)) {
				const isProperty = member.kind === "ObjCPropertyDecl";
				if (!isProperty && member.kind !== "ObjCMethodDecl") continue;
				found.members.push({
					name: member.name ?? "",
					framework,
					owner,
					isProperty,
					parameters: parametersOf(member),
					result: resolve(isProperty ? member.type : member.result),
				});
			}
		}
	}
	return found;
}

function parametersOf(node: AstNode): string[] {
	return node.inner.filter(({ kind }) => kind === "ParmVarDecl").map(({ type }) => type);
}

function holdsEnumeration(node: AstNode): boolean {
	return node.kind === "EnumType" || node.inner.some(holdsEnumeration);
}

/** The framework whose header a file is, or the runtime. */
function ownerOf(file: string, frameworks: string): string | undefined {
	if (file.startsWith(join(frameworks, "/"))) return /([^/]+)\.framework\/Headers\//.exec(file)?.[1];
	return /\/any-darwin-any\/objc\//.test(file) ? RUNTIME : undefined;
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

/** One declaration of clang's syntax tree. */
export interface AstNode {
	readonly kind: string;
	readonly name: string | undefined;
	/** Path of the file that it is written in. */
	readonly file: string;
	/** Its type with typedefs resolved; empty where it has none. */
	readonly type: string;
	readonly storageClass: string | undefined;
	/** Of an enumerator, if one is written. */
	readonly value: bigint | undefined;
	/** A class that is only named. */
	readonly isForward: boolean;
	/** Made by the compiler, as the accessors of a property are. */
	readonly isImplicit: boolean;
	/** The class that a category extends. */
	readonly extended: string | undefined;
	/** Type of a method's result. */
	readonly result: string;
	readonly inner: readonly AstNode[];
}

interface Place {
	file?: string;
	spellingLoc?: Place;
	expansionLoc?: Place;
}

interface Dumped {
	kind?: string;
	name?: string;
	loc?: Place;
	range?: { begin?: Place; end?: Place };
	type?: { qualType: string; desugaredQualType?: string };
	storageClass?: string;
	value?: string;
	isImplicit?: boolean;
	interface?: { name?: string };
	returnType?: { qualType: string; desugaredQualType?: string };
	super?: unknown;
	inner?: Dumped[];
}

/** Reads what `clang -ast-dump=json` prints and gives the declarations at its top. */
export function parseAst(text: string): AstNode[] {
	const top = JSON.parse(text) as Dumped;
	// clang names a file only where it is another one than last time, in the order in which it prints.
	let last = "";
	const note = (place: Place | undefined) => {
		if (place?.spellingLoc) note(place.spellingLoc);
		if (place?.expansionLoc) note(place.expansionLoc);
		if (place?.file !== undefined) last = place.file;
	};
	const read = (node: Dumped): AstNode => {
		note(node.loc);
		const file = last;
		note(node.range?.begin);
		note(node.range?.end);
		const inner = (node.inner ?? []).map(read);
		return {
			kind: node.kind ?? "",
			name: node.name,
			file,
			type: written(node.type),
			storageClass: node.storageClass,
			value: numberOf(node, inner),
			isForward: node.kind === "ObjCInterfaceDecl" && node.super === undefined && inner.length === 0,
			isImplicit: node.isImplicit === true,
			extended: node.interface?.name,
			result: written(node.returnType),
			inner,
		};
	};
	return (top.inner ?? []).map(read);
}

function written(type: Dumped["type"]): string {
	return type?.desugaredQualType ?? type?.qualType ?? "";
}

/** The number that clang worked out for an expression at or below this node. */
function numberOf(node: Dumped, inner: readonly AstNode[]): bigint | undefined {
	if (node.kind === "ConstantExpr" && node.value !== undefined && /^-?\d+$/.test(node.value))
		return BigInt(node.value);
	return node.kind === "EnumConstantDecl" ? inner.find(({ value }) => value !== undefined)?.value : undefined;
}
