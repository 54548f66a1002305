import { type AppleFramework, frameworksWith, readAppleFramework } from "./apple-declarations.ts";
import { type Declarations, type DeclaredFunction, type DeclaredMember, RUNTIME } from "./declarations.ts";
import { faultInMember } from "./member-check.ts";
import { agree, kindOfTypeScript, kindsOfC } from "./value-kind.ts";

/** What came of comparing our declarations with Apple's. */
export interface Comparison {
	readonly faults: readonly string[];
	/** Functions and variables that Apple's declarations confirm. */
	readonly confirmed: ReadonlySet<string>;
	/** Constants whose value was compared; of the others only the name is known. */
	readonly values: number;
}

/**
 * Compares names, the number and kind of parameters, kinds of results and values of constants. How wide numbers are, and
 * since when macOS has something, Apple's declarations in TypeScript do not tell: that stays to be read.
 */
export function compare(declarations: Declarations): Comparison {
	const faults: string[] = [];
	const confirmed = new Set<string>();
	const frameworks = new Map<string, AppleFramework | undefined>();
	const at = (name: string) => {
		if (!frameworks.has(name)) frameworks.set(name, readAppleFramework(name));
		return frameworks.get(name);
	};
	const note = (name: string, fault: string | undefined) => {
		if (fault === undefined) confirmed.add(name);
		else faults.push(fault);
	};
	for (const declared of declarations.functions.filter(({ framework }) => framework !== RUNTIME)) {
		const apple = at(declared.framework)?.functions.get(declared.name);
		note(declared.name, apple ? faultIn(declared, apple, declarations) : unknown(declared));
	}
	for (const { name, framework, type } of declarations.variables.filter(
		({ framework }) => framework !== RUNTIME,
	)) {
		const apple = at(framework)?.values.get(name);
		const kind = kindOfTypeScript(apple ?? "");
		const isSame = agree([...kindsOfC(type, declarations.enumerations), ...references(type)], kind);
		note(
			name,
			apple === undefined
				? unknown({ name, framework })
				: isSame
					? undefined
					: `${name} is ${type} here, ${apple} in Apple's.`,
		);
	}
	let values = 0;
	for (const { name, framework, value } of declarations.constants.filter(
		({ framework }) => framework !== RUNTIME,
	)) {
		const apple = at(framework);
		const told = apple && valueIn(name, apple);
		if (told) values++;
		if (told && told.value !== value)
			faults.push(`${name} is ${value} here, ${told.value} in Apple's ${told.enumeration}.`);
		if (!told && !apple?.values.has(name)) faults.push(unknown({ name, framework }));
	}
	for (const member of declarations.members.filter(({ framework }) => framework !== RUNTIME)) {
		const fault = faultInMember(member, at, declarations.enumerations);
		if (fault !== undefined) faults.push(fault);
	}
	for (const { name, framework } of declarations.classes.filter(({ framework }) => framework !== RUNTIME)) {
		note(name, at(framework)?.classes.has(name) ? undefined : unknown({ name, framework }));
	}
	return { faults, confirmed, values };
}

/** What is wrong with a function, as against Apple's of the same name. */
export function faultIn(
	declared: DeclaredFunction | DeclaredMember,
	apple: { readonly parameters: readonly string[]; readonly result: string },
	{ enumerations }: Pick<Declarations, "enumerations">,
): string | undefined {
	const { name, parameters, result } = declared;
	if (parameters.length !== apple.parameters.length)
		return `${name} takes ${parameters.length} parameters here, ${apple.parameters.length} in Apple's.`;
	for (const [index, type] of parameters.entries()) {
		const theirs = apple.parameters[index] ?? "";
		if (!agree(kindsOfC(type, enumerations), kindOfTypeScript(theirs)))
			return `${name}: parameter ${index + 1} is ${type} here, ${theirs} in Apple's.`;
	}
	if (!agree(kindsOfC(result, enumerations), kindOfTypeScript(apple.result)))
		return `${name} gives ${result} here, ${apple.result} in Apple's.`;
	return undefined;
}

/** A variable that holds a reference is told as a pointer or an object. */
function references(type: string): string[] {
	return type.includes("*") ? ["pointer", "object"] : [];
}

function unknown({ name, framework }: { name: string; framework: string }): string {
	const others = frameworksWith(name);
	const elsewhere = others.length > 0 ? `; they have it in ${others.join(", ")}` : "";
	return `${name} is not in Apple's declarations of ${framework}${elsewhere}.`;
}

/**
 * The value of a constant. Enumerations have their members' names without what is common to them: `kCGPDFMediaBox` is
 * `Media` of `CGPDFBox`.
 */
export function valueIn(name: string, { enumerations }: Pick<AppleFramework, "enumerations">) {
	const plain = name.replace(/^k(?=[A-Z])/, "");
	let best: { enumeration: string; value: bigint } | undefined;
	let common = 3;
	for (const [enumeration, members] of enumerations) {
		for (const [member, value] of members) {
			if (member === name) return { enumeration, value };
			const at = plain.lastIndexOf(member);
			if (at <= 0 || member.length < 2) continue;
			const before = plain.slice(0, at).replace(/_$/, "");
			const after = plain.slice(at + member.length);
			const isWhole = before + after === enumeration || before.startsWith(enumeration);
			const length = after === "" ? shared(before, enumeration) : isWhole ? enumeration.length : 0;
			if ((after === "" && length * 2 < before.length) || length <= common) continue;
			common = length;
			best = { enumeration, value };
		}
	}
	return best;
}

/** How many letters two names begin with in common. */
function shared(one: string, other: string): number {
	let length = 0;
	while (length < one.length && one[length] === other[length]) length++;
	return length;
}
