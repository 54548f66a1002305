import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { kept, runProgram } from "./toolchain.ts";

/** Binaries for macOS that others built with Apple's SDK; they are read, never run. */
export const foreignBinaries = {
	simulator: join(kept, "node_modules", "serve-sim", "dist", "native", "serve-sim-native.node"),
	media: join(
		kept,
		"node_modules",
		"@livekit",
		"rtc-ffi-bindings-darwin-arm64",
		"rtc-node.darwin-arm64.node",
	),
};

/** Which library exports a symbol, as the import tables of foreign binaries tell; names with Mach-O's underscore. */
export type Owners = ReadonlyMap<string, string>;

/** Reads the import tables. Throws when a binary is missing: fewer facts would pass for agreement. */
export async function readOwners(): Promise<Owners> {
	const owners = new Map<string, string>();
	for (const binary of Object.values(foreignBinaries)) {
		if (!existsSync(binary))
			throw new Error(`${binary} is not there; npm run native:check:macos installs it.`);
		const { text } = await runProgram("llvm-nm-19", ["-m", "--undefined-only", binary]);
		for (const [, symbol = "", owner = ""] of text.matchAll(/external (\S+) \(from ([^)]+)\)/g))
			owners.set(symbol, owner);
	}
	return owners;
}

/** Private names that the code looks up at run time, and those that another program for simulators does not use. */
export interface PrivateNames {
	readonly all: readonly string[];
	readonly unknown: readonly string[];
}

/** A word that could be a name of a class, a function or a selector: one with a capital, `_` or `:` within. */
const NAME = /^[A-Za-z_][\w.]*(?:[A-Z_.]|[a-z](?=[A-Z]))[\w.]*$/;

/**
 * Compares the spelling of private names in `simulator/` with the strings of a program that people run on Macs. A name that
 * it does not have may be right all the same.
 */
export function readPrivateNames(tree: string): PrivateNames {
	const folder = join(tree, "simulator");
	const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".mm")) : [];
	const names = new Set(files.flatMap((name) => namesIn(readFileSync(join(folder, name), "utf8"))));
	const strings = existsSync(foreignBinaries.simulator)
		? readFileSync(foreignBinaries.simulator)
		: Buffer.alloc(0);
	const all = [...names].sort();
	return { all, unknown: all.filter((name) => !holds(strings, name)) };
}

/** Names in a file with private names in a table, or that it looks up itself. */
export function namesIn(text: string): string[] {
	const selectors = [...text.matchAll(/@selector\(([\w:\s]+)\)/g)].map(([, name = ""]) =>
		name.replace(/\s/g, ""),
	);
	const looked =
		/NSClassFromString|NSSelectorFromString|dlsym|objc_getClass|sel_registerName|objc_lookUpClass/;
	const isTable = looked.test(text) || selectors.length > 0;
	const literals = isTable
		? [...text.replaceAll(/^#.*$/gm, "").matchAll(/@?"([^"\\\n]{6,})"/g)].map(([, literal = ""]) => literal)
		: [];
	return [...selectors, ...literals.filter((literal) => NAME.test(literal))];
}

/** Whether a name stands by itself in a binary. */
function holds(strings: Buffer, name: string): boolean {
	const isWord = (byte: number | undefined) => byte !== undefined && /[\w:]/.test(String.fromCharCode(byte));
	for (let at = strings.indexOf(name); at !== -1; at = strings.indexOf(name, at + 1)) {
		if (!isWord(strings[at - 1]) && !isWord(strings[at + name.length])) return true;
	}
	return false;
}
