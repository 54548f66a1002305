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
