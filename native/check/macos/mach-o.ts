import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

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
