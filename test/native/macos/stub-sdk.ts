import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Declarations, RUNTIME } from "./declarations.ts";
import type { Owners } from "./foreign-binaries.ts";
import { darwin, runProgram } from "./toolchain.ts";

/** What a library exports to the linker; names are those of C, without the underscore that Mach-O puts before them. */
interface StubLibrary {
	/** Where it is on a Mac; its stub lies at the same place under the folder given. */
	readonly path: string;
	readonly symbols: readonly string[];
	readonly classes?: readonly string[];
	/** Libraries whose symbols it passes on. */
	readonly reexports?: readonly string[];
}

/** What clang calls without a declaration. Source: https://clang.llvm.org/docs/AutomaticReferenceCounting.html#runtime-support */
const runtimeSupport = [
	"objc_alloc",
	"objc_alloc_init",
	"objc_autorelease",
	"objc_autoreleasePoolPop",
	"objc_autoreleasePoolPush",
	"objc_autoreleaseReturnValue",
	"objc_begin_catch",
	"objc_claimAutoreleasedReturnValue",
	"objc_copyWeak",
	"objc_destroyWeak",
	"objc_end_catch",
	"objc_enumerationMutation",
	"objc_exception_rethrow",
	"objc_exception_throw",
	"objc_getProperty",
	"objc_initWeak",
	"objc_loadWeak",
	"objc_loadWeakRetained",
	"objc_moveWeak",
	"objc_msgSend",
	"objc_msgSend_stret",
	"objc_msgSendSuper2",
	"objc_opt_class",
	"objc_opt_isKindOfClass",
	"objc_opt_new",
	"objc_opt_respondsToSelector",
	"objc_opt_self",
	"objc_release",
	"objc_retain",
	"objc_retainAutorelease",
	"objc_retainAutoreleaseReturnValue",
	"objc_retainAutoreleasedReturnValue",
	"objc_retainBlock",
	"objc_setProperty_atomic",
	"objc_setProperty_atomic_copy",
	"objc_setProperty_nonatomic",
	"objc_setProperty_nonatomic_copy",
	"objc_storeStrong",
	"objc_storeWeak",
	"objc_sync_enter",
	"objc_sync_exit",
	"objc_terminate",
	"objc_unsafeClaimAutoreleasedReturnValue",
	"__objc_personality_v0",
	"_objc_empty_cache",
	"OBJC_EHTYPE_id",
];

/** Frameworks that pass on what another one exports, so that linking with them is enough. */
const reexports: Readonly<Record<string, readonly string[]>> = {
	Foundation: ["CoreFoundation", RUNTIME],
};

const frameworkPath = (name: string) =>
	name === "libobjc"
		? "/usr/lib/libobjc.A.dylib"
		: `/System/Library/Frameworks/${name}.framework/Versions/A/${name}`;

/** What is known about the names that we declare. */
export interface Known {
	/** Functions, variables and classes that Apple's declarations have too. */
	readonly confirmed: ReadonlySet<string>;
	readonly owners: Owners;
}

/**
 * Writes a folder that stands in for an SDK at link time: a stub for each framework with what our headers declare and
 * Apple's confirm, for the C++ library with what the objects take of it, and for Node with what this Node exports.
 */
export async function writeStubSdk(
	folder: string,
	declarations: Declarations,
	known: Known,
	objects: readonly string[],
): Promise<void> {
	rmSync(folder, { recursive: true, force: true });
	for (const [name, { symbols, classes }] of exportsOf(declarations, known)) {
		const path = frameworkPath(name);
		const text = stubOf({ path, symbols, classes, reexports: (reexports[name] ?? []).map(frameworkPath) });
		write(folder, `${path.replace(/\.dylib$/, "")}.tbd`, text);
		const found =
			name === RUNTIME ? "/usr/lib/libobjc.tbd" : `/System/Library/Frameworks/${name}.framework/${name}.tbd`;
		write(folder, found, text);
	}
	const cxx = { path: "/usr/lib/libc++.1.dylib", symbols: await standardSymbols(objects) };
	write(folder, "/usr/lib/libc++.tbd", stubOf(cxx));
	const node = { path: "@executable_path/node", symbols: await nodeSymbols() };
	write(folder, "/usr/lib/libnode.tbd", stubOf(node));
	// What is there is for arm64e; the names are the same.
	const system = readFileSync(join(darwin, "libc", "darwin", "libSystem.tbd"), "utf8");
	write(folder, "/usr/lib/libSystem.tbd", system.replaceAll("arm64e-macos", "arm64-macos, arm64e-macos"));
}

/** What each library exports, by its name. */
function exportsOf({ functions, variables, classes }: Declarations, { confirmed, owners }: Known) {
	const libraries = new Map<string, { symbols: string[]; classes: string[] }>();
	const at = (name: string) => {
		const library = libraries.get(name) ?? { symbols: [], classes: [] };
		libraries.set(name, library);
		return library;
	};
	const isReal = ({ name, framework }: { name: string; framework: string }) =>
		framework === RUNTIME || confirmed.has(name);
	for (const { name, framework } of [...functions, ...variables].filter(isReal))
		at(framework).symbols.push(name);
	for (const { name, framework } of classes.filter(isReal))
		at(owners.get(`_OBJC_CLASS_$_${name}`) ?? framework).classes.push(name);
	at(RUNTIME).symbols.push(...runtimeSupport);
	at("CoreFoundation").symbols.push("__CFConstantStringClassReference", "OBJC_EHTYPE_$_NSException");
	return libraries;
}

function stubOf({ path, symbols, classes = [], reexports = [] }: StubLibrary): string {
	const targets = "[ x86_64-macos, arm64-macos ]";
	const list = (names: readonly string[]) => `[ ${names.map((name) => `'${name}'`).join(", ")} ]`;
	const lines = ["--- !tapi-tbd", "tbd-version: 4", `targets: ${targets}`, `install-name: '${path}'`];
	if (reexports.length > 0)
		lines.push("reexported-libraries:", `  - targets: ${targets}`, `    libraries: ${list(reexports)}`);
	lines.push(
		"exports:",
		`  - targets: ${targets}`,
		`    symbols: ${list(symbols.map((name) => `_${name}`))}`,
	);
	if (classes.length > 0) lines.push(`    objc-classes: ${list(classes)}`);
	return `${lines.join("\n")}\n...\n`;
}

/** What the objects take of the C++ library and its runtime. Its headers are real, so nothing there can be misspelt. */
async function standardSymbols(objects: readonly string[]): Promise<string[]> {
	const { text } = await runProgram("llvm-nm-19", ["--undefined-only", "--format=just-symbols", ...objects]);
	const isStandard =
		/^_(_ZN?V?K?St|_ZT[ISVT](N?K?St|[PK]*[a-z]$|N10__cxxabiv1)|_Z(nw|na|dl|da)|__cxa_|__dynamic_cast|__gxx_personality|_ZSt)/;
	const names = text.split("\n").filter((name) => isStandard.test(name));
	return [...new Set(names)].map((name) => name.slice(1)).sort();
}

/** The names in C that Node gives to addons, as the Node that runs this has them. */
async function nodeSymbols(): Promise<string[]> {
	const { text } = await runProgram("llvm-nm-19", [
		"-D",
		"--defined-only",
		"--format=just-symbols",
		process.execPath,
	]);
	return text
		.split("\n")
		.filter((name) => /^(napi_|node_api_|uv_|EVP_|OSSL_|HMAC|OPENSSL_|RAND_|ERR_|CRYPTO_)/.test(name));
}

function write(folder: string, path: string, text: string): void {
	mkdirSync(dirname(join(folder, path)), { recursive: true });
	writeFileSync(join(folder, path), text);
}
