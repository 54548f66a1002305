import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { kept } from "./toolchain.ts";

/** A function or method as TypeScript declares it. */
export interface AppleFunction {
	readonly parameters: readonly string[];
	readonly result: string;
}

/** A class with its own members by their names in JavaScript; a property has no parameters. */
export interface AppleClass {
	readonly base: string | undefined;
	readonly members: ReadonlyMap<string, readonly AppleFunction[]>;
}

/** What Apple's headers of one framework declare, told in TypeScript by a generator. */
export interface AppleFramework {
	readonly functions: ReadonlyMap<string, AppleFunction>;
	/** Variables, and constants whose value is not told, with their types. */
	readonly values: ReadonlyMap<string, string>;
	/** Members of enumerations by the enumeration's name. */
	readonly enumerations: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
	readonly classes: ReadonlyMap<string, AppleClass>;
}

const folder = join(kept, "node_modules", "@nativescript", "macos-node-api", "types");

/** Reads a framework's declarations; undefined where there are none. */
export function readAppleFramework(name: string): AppleFramework | undefined {
	const path = join(folder, `${name}.d.ts`);
	if (!existsSync(path)) return undefined;
	const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
	const functions = new Map<string, AppleFunction>();
	const values = new Map<string, string>();
	const enumerations = new Map<string, Map<string, bigint>>();
	const classes = new Map<string, AppleClass>();
	for (const statement of source.statements) {
		if (ts.isFunctionDeclaration(statement) && statement.name) {
			functions.set(statement.name.text, signature(statement, source));
		} else if (ts.isVariableStatement(statement)) {
			for (const { name, type } of statement.declarationList.declarations) {
				if (!type || !ts.isIdentifier(name)) continue;
				if (ts.isTypeLiteralNode(type)) enumerations.set(name.text, membersOf(type, source));
				else values.set(name.text, type.getText(source));
			}
		} else if ((ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) && statement.name) {
			const before = classes.get(statement.name.text);
			const base = statement.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
				?.types[0];
			const members = new Map(before?.members);
			for (const member of statement.members) add(members, member, source);
			classes.set(statement.name.text, { base: base?.expression.getText(source) ?? before?.base, members });
		}
	}
	return { functions, values, enumerations, classes };
}

/** Frameworks that declare a function, a value or a class of this name; a slow look through all of them. */
export function frameworksWith(name: string): string[] {
	const declared = new RegExp(`^declare (function|const|class) ${name}\\b`, "m");
	return readdirSync(folder)
		.filter((file) => declared.test(readFileSync(join(folder, file), "utf8")))
		.map((file) => file.replace(/\.d\.ts$/, ""));
}

function signature(node: ts.SignatureDeclaration, source: ts.SourceFile): AppleFunction {
	return {
		parameters: node.parameters
			.filter(({ name }) => name.getText(source) !== "this")
			.map(({ type }) => type?.getText(source) ?? "any"),
		result: node.type?.getText(source) ?? "void",
	};
}

function membersOf(type: ts.TypeLiteralNode, source: ts.SourceFile): Map<string, bigint> {
	const members = new Map<string, bigint>();
	for (const member of type.members) {
		if (!ts.isPropertySignature(member) || !member.type) continue;
		const value = member.type.getText(source);
		if (/^-?\d+$/.test(value)) members.set(nameOf(member.name, source), BigInt(value));
	}
	return members;
}

function add(members: Map<string, readonly AppleFunction[]>, member: ts.Node, source: ts.SourceFile): void {
	const put = (name: ts.PropertyName, found: AppleFunction) =>
		members.set(nameOf(name, source), [...(members.get(nameOf(name, source)) ?? []), found]);
	if (ts.isMethodDeclaration(member) || ts.isMethodSignature(member))
		put(member.name, signature(member, source));
	else if (ts.isPropertyDeclaration(member) || ts.isPropertySignature(member) || ts.isGetAccessor(member))
		put(member.name, { parameters: [], result: member.type?.getText(source) ?? "any" });
}

function nameOf(name: ts.PropertyName, source: ts.SourceFile): string {
	return ts.isStringLiteral(name) || ts.isIdentifier(name) ? name.text : name.getText(source);
}
