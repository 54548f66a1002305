import {
	type AppleFramework,
	type AppleFunction,
	frameworksWith,
	readAppleFramework,
} from "./apple-declarations.ts";
import { type Declarations, type DeclaredFunction, type DeclaredMember, RUNTIME } from "./declarations.ts";
import type { Owners } from "./foreign-binaries.ts";

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

/**
 * What a value is, as far as Apple's declarations in TypeScript tell: how wide a number is they do not say. A struct is
 * known by its name, a function by how many parameters it takes.
 */
export type ValueKind = string;

/** What a parameter or a result declared in C may be called in TypeScript; `names` are those of enumerations. */
export function kindsOfC(type: string, enumerations: ReadonlySet<string>): readonly ValueKind[] {
	const plain = type
		.replace(
			/\b(const|volatile|_Nullable|_Nonnull|_Null_unspecified|__strong|__autoreleasing|__unsafe_unretained|restrict)\b/g,
			"",
		)
		.replace(/\s+/g, " ")
		.replace(/ ?\* ?/g, "*")
		.trim();
	const called = /\([\^*]\)\((.*)\)$/.exec(plain);
	if (called) return [`function of ${parametersOf(called[1] ?? "").length}`];
	if (plain === "void") return ["void"];
	if (plain === "_Bool" || plain === "bool" || plain === "BOOL") return ["boolean"];
	if (/^(un)?signed|^(char|short|int|long|float|double|__int128)\b/.test(plain) && !/[*[]/.test(plain))
		return ["number"];
	if (/^enum /.test(plain) || enumerations.has(plain)) return ["number"];
	if (plain === "char*") return ["string", "pointer"];
	if (/^(id|Class|SEL|instancetype)(<.*>)?$/.test(plain)) return ["object", "pointer", "string"];
	if (/^(struct )?\w+(<.*>)?\*$/.test(plain)) {
		// A pointer to a number is never a reference to an object; what is behind a struct's or a class's is not told.
		const isNumber = /^(unsigned|signed|short|int|long|float|double|_Bool|bool)/.test(plain);
		if (isNumber || (plain === "void*" && !type.includes("const"))) return ["pointer"];
		return plain === "NSString*" ? ["string", "object"] : ["object", "pointer"];
	}
	if (/[*\]]$/.test(plain)) return ["pointer"];
	return [`struct ${plain.replace(/^struct /, "")}`];
}

/** What a type of Apple's declarations in TypeScript is in C. */
export function kindOfTypeScript(type: string): ValueKind {
	const plain = type.replace(/ \| null$/, "").trim();
	const called = /^\((.*)\) =>/.exec(plain);
	if (called) return `function of ${parametersOf(called[1] ?? "").length}`;
	if (/^(number|boolean|string|void)$/.test(plain)) return plain;
	if (/^interop\.Enum</.test(plain)) return "number";
	if (/^interop\.Pointer(Convertible)?$/.test(plain)) return "pointer";
	if (plain === "this" || plain === "interop.Object") return "object";
	return `struct ${plain.replace(/<.*/, "")}`;
}

/** Whether a declaration in C agrees with one in TypeScript. A class has a name there as a struct has. */
export function agree(c: readonly ValueKind[], typescript: ValueKind): boolean {
	return c.includes(typescript) || (c.includes("object") && typescript.startsWith("struct "));
}

/** Cuts a list of parameters at its outer commas. */
export function parametersOf(list: string): string[] {
	const parts: string[] = [];
	let depth = 0;
	let begin = 0;
	for (let index = 0; index < list.length; index++) {
		const sign = list[index] as string;
		if ("(<{[".includes(sign)) depth++;
		else if (")}]".includes(sign) || (sign === ">" && list[index - 1] !== "=")) depth--;
		else if (sign === "," && depth === 0) {
			parts.push(list.slice(begin, index).trim());
			begin = index + 1;
		}
	}
	const last = list.slice(begin).trim();
	return last === "" || last === "void" ? parts : [...parts, last];
}

type Frameworks = (name: string) => AppleFramework | undefined;

/** What is wrong with a method or property, as against those of Apple's class and the classes that it comes from. */
export function faultInMember(
	declared: DeclaredMember,
	frameworks: Frameworks,
	enumerations: ReadonlySet<string>,
): string | undefined {
	const { name, owner, framework, parameters, result } = declared;
	const told = `${owner}'s ${name}`;
	const candidates = membersOf(
		owner,
		nameInJavaScript(name),
		[framework, "Foundation", "Runtime"],
		frameworks,
	);
	if (candidates.length === 0) return `${told} is not in Apple's declarations of ${framework}.`;
	const isSame = (apple: AppleFunction) =>
		apple.parameters.length === parameters.length &&
		apple.parameters.every((type, index) => isLike(parameters[index] ?? "", type, enumerations)) &&
		isLike(result, apple.result, enumerations);
	if (candidates.some(isSame)) return undefined;
	const theirs = candidates.map((apple) => `(${apple.parameters.join(", ")}): ${apple.result}`).join(" or ");
	return `${told} is (${parameters.join(", ")}): ${result} here, ${theirs} in Apple's.`;
}

/** Collections and their members have their types as type parameters there. */
function isLike(c: string, typescript: string, enumerations: ReadonlySet<string>): boolean {
	return agree(kindsOfC(c, enumerations), kindOfTypeScript(typescript));
}

/** `objectForKey:` is `objectForKey`, `dictionaryWithObject:forKey:` is `dictionaryWithObjectForKey`. */
export function nameInJavaScript(selector: string): string {
	const [first = "", ...others] = selector.split(":");
	return first + others.map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join("");
}

/** All of a name, of the class and of those that it comes from. */
function membersOf(
	owner: string,
	name: string,
	places: readonly string[],
	frameworks: Frameworks,
): AppleFunction[] {
	const found: AppleFunction[] = [];
	let next: string | undefined = owner;
	while (next !== undefined) {
		const current: string = next;
		const classes = places
			.map((place) => frameworks(place)?.classes.get(current))
			.filter((one) => one !== undefined);
		for (const { members } of classes) found.push(...(members.get(name) ?? []));
		next = classes.find(({ base }) => base !== undefined)?.base;
	}
	return found;
}

/** What came of comparing where we declare something with where others found it. */
export interface OwnerCheck {
	readonly faults: readonly string[];
	readonly confirmed: number;
	readonly unknown: number;
}

/**
 * Compares the framework of each function and variable with the one that binaries for macOS take it from. A class may be
 * declared by one framework and exported by another, as `NSDictionary` is; the stubs go by who exports it.
 */
export function faultsInOwners({ functions, variables }: Declarations, owners: Owners): OwnerCheck {
	const faults: string[] = [];
	let confirmed = 0;
	let unknown = 0;
	for (const { name, framework } of [...functions, ...variables]) {
		if (framework === RUNTIME) continue;
		const owner = owners.get(`_${name}`);
		if (owner === undefined) unknown++;
		else if (owner === framework) confirmed++;
		else faults.push(`${name} is declared as ${framework}'s; binaries for macOS take it from ${owner}.`);
	}
	return { faults, confirmed, unknown };
}
