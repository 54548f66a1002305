import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type GypTarget, linkerWords } from "./gyp-target.ts";
import { MACOS, type Processor, runProgram } from "./toolchain.ts";

/**
 * Links objects into a bundle as a Mac would, except that what Node exports is linked too: nothing may be left to be found
 * at run time. Gives the linker's words about what is missing.
 */
export async function link(
	sdk: string,
	target: GypTarget,
	processor: Processor,
	objects: readonly string[],
	output: string,
): Promise<string[]> {
	const { succeeded, complaints } = await runProgram("ld64.lld-19", [
		...["-bundle", "-arch", processor, "-platform_version", "macos", MACOS, "26.4", "-syslibroot", sdk],
		...["-undefined", "error", "-o", output],
		...objects,
		...target.libraries.flatMap(linkerWords),
		...["-lobjc", "-lc++", "-lSystem", "-lnode"],
	]);
	return succeeded ? [] : [complaints.trimEnd()];
}

/** A bundle in Mach-O's words, which is what node-gyp makes. */
const BUNDLE = 8;

/** What is wrong with a linked addon: how Node finds it, which macOS loads it, what it loads, its signature. */
export async function faultsInAddon(path: string, processor: Processor): Promise<string[]> {
	const faults: string[] = [];
	const { text } = await runProgram("llvm-nm-19", [
		"--defined-only",
		"--extern-only",
		"--format=just-symbols",
		path,
	]);
	if (!text.split("\n").includes("_napi_register_module_v1"))
		faults.push("It does not export napi_register_module_v1, by which Node finds it.");
	const { fileType, oldestMacos, libraries, signature } = readMachO(path);
	if (fileType !== BUNDLE) faults.push(`It is a file of type ${fileType}, no bundle.`);
	if (oldestMacos !== MACOS) faults.push(`It asks for macOS ${oldestMacos}, not ${MACOS}.`);
	for (const library of libraries.filter((name) => name.includes("PrivateFrameworks")))
		faults.push(`It loads ${library}.`);
	// Only arm64 refuses code without a signature.
	if (processor === "arm64" && !(signature?.isAdHoc && signature.isTrue))
		faults.push(signature ? "Its signature does not fit it." : "It has no signature.");
	return faults;
}

/** What a linked Mach-O file says of itself. Layout: Apple's mach-o/loader.h and cs_blobs.h. */
export interface MachO {
	/** `8` for a bundle. */
	readonly fileType: number;
	/** Oldest macOS that loads it, such as `14.0`. */
	readonly oldestMacos: string | undefined;
	/** Paths of the libraries that it loads. */
	readonly libraries: readonly string[];
	readonly signature: Signature | undefined;
}

/** A signature in a file. */
interface Signature {
	/** Nobody's: enough for arm64 to load it. */
	readonly isAdHoc: boolean;
	/** Whether the digest of every page is that of the file. */
	readonly isTrue: boolean;
}

const BUILD_VERSION = 0x32;
const LOAD_DYLIB = 0xc;
const CODE_SIGNATURE = 0x1d;
const CODE_DIRECTORY = 0xfade0c02;
const AD_HOC = 0x2;

/** Reads a thin 64-bit Mach-O file. Throws when it is none. */
export function readMachO(path: string): MachO {
	const bytes = readFileSync(path);
	if (bytes.readUInt32LE(0) !== 0xfeedfacf) throw new Error(`${path} is no 64-bit Mach-O file.`);
	let oldestMacos: string | undefined;
	let signature: Signature | undefined;
	const libraries: string[] = [];
	let at = 32;
	for (let command = bytes.readUInt32LE(16); command > 0; command--) {
		const kind = bytes.readUInt32LE(at);
		const size = bytes.readUInt32LE(at + 4);
		if (kind === BUILD_VERSION) oldestMacos = `${bytes.readUInt16LE(at + 14)}.${bytes[at + 13]}`;
		if (kind === LOAD_DYLIB) libraries.push(text(bytes, at + bytes.readUInt32LE(at + 8)));
		if (kind === CODE_SIGNATURE) signature = readSignature(bytes, bytes.readUInt32LE(at + 8));
		at += size;
	}
	return { fileType: bytes.readUInt32LE(12), oldestMacos, libraries, signature };
}

/** A signature is a list of blobs, big-endian; the code directory has a digest for each page. */
function readSignature(bytes: Buffer, start: number): Signature | undefined {
	for (let index = 0; index < bytes.readUInt32BE(start + 8); index++) {
		const blob = start + bytes.readUInt32BE(start + 16 + index * 8);
		if (bytes.readUInt32BE(blob) !== CODE_DIRECTORY) continue;
		const digests = blob + bytes.readUInt32BE(blob + 16);
		const limit = bytes.readUInt32BE(blob + 32);
		const digestSize = bytes.readUInt8(blob + 36);
		const pageSize = 1 << bytes.readUInt8(blob + 39);
		let isTrue = true;
		for (let page = 0; page < bytes.readUInt32BE(blob + 28); page++) {
			const content = bytes.subarray(page * pageSize, Math.min(limit, (page + 1) * pageSize));
			const digest = createHash("sha256").update(content).digest();
			const kept = bytes.subarray(digests + page * digestSize, digests + (page + 1) * digestSize);
			if (!digest.equals(kept)) isTrue = false;
		}
		return { isAdHoc: (bytes.readUInt32BE(blob + 12) & AD_HOC) !== 0, isTrue };
	}
	return undefined;
}

function text(bytes: Buffer, at: number): string {
	return bytes.toString("utf8", at, bytes.indexOf(0, at));
}
