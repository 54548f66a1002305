import { closeSync, openSync, readSync } from "node:fs";

/** For what a shared object was built. */
export interface BinaryHeader {
	readonly platform: "darwin" | "linux";
	/** In Node's words (`process.arch`), or the number that the format has for it; several in a universal binary. */
	readonly architectures: readonly string[];
	/** Oldest macOS that it says it runs on, such as `14.0`; the highest of a universal binary's parts. */
	readonly minimumMacos?: string;
}

/** Bytes of a file from an offset on, fewer where it ends before. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

/** Parts of a universal binary that are looked at: there are two architectures, and some to spare. */
const MAX_PARTS = 8;
/** Bytes of load commands that are looked at in each part; an addon has about 2 KiB of them. */
const MAX_COMMANDS = 65_536;

const THIN_64 = 0xfeedfacf;
const FAT_32 = 0xcafebabe;
const FAT_64 = 0xcafebabf;
const MACH_HEADER_SIZE = 32;
const LC_VERSION_MIN_MACOSX = 0x24;
const LC_BUILD_VERSION = 0x32;
const PLATFORM_MACOS = 1;
const ELF = 0x7f454c46;

/** cputype of <mach/machine.h>. */
const machArchitectures: Record<number, string> = { 16777223: "x64", 16777228: "arm64" };
/** e_machine of elf(5). */
const elfArchitectures: Record<number, string> = { 62: "x64", 183: "arm64" };

/** Reads the header of a file. Undefined when it is no shared object of macOS or Linux; throws as node:fs does. */
export function readBinaryHeader(path: string): BinaryHeader | undefined {
	const file = openSync(path, "r");
	try {
		return parseBinaryHeader((offset, length) => {
			const bytes = new Uint8Array(length);
			return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
		});
	} finally {
		closeSync(file);
	}
}

/** The same for bytes wherever they come from: Mach-O of 64 bits (<mach-o/loader.h>, <mach-o/fat.h>) or ELF. */
export function parseBinaryHeader(readAt: ReadAt): BinaryHeader | undefined {
	const head = viewOf(readAt(0, MACH_HEADER_SIZE));
	if (head.byteLength < MACH_HEADER_SIZE) return undefined;
	const magic = head.getUint32(0);
	if (magic === ELF) {
		const machine = head.getUint16(18, head.getUint8(5) === 1);
		return { platform: "linux", architectures: [elfArchitectures[machine] ?? `machine ${machine}`] };
	}
	if (magic === FAT_32 || magic === FAT_64) return parseUniversal(readAt, magic === FAT_64);
	return parseMachO(readAt, 0);
}

function parseUniversal(readAt: ReadAt, wide: boolean): BinaryHeader | undefined {
	const count = viewOf(readAt(4, 4)).getUint32(0);
	const entrySize = wide ? 32 : 20;
	// Java's class files begin with the same number; what follows there is a version of 45 or more.
	if (count === 0 || count > MAX_PARTS) return undefined;
	const entries = viewOf(readAt(8, count * entrySize));
	if (entries.byteLength < count * entrySize) return undefined;
	const parts: BinaryHeader[] = [];
	for (let index = 0; index < count; index++) {
		const at = index * entrySize + 8;
		const offset = wide ? Number(entries.getBigUint64(at)) : entries.getUint32(at);
		const part = Number.isSafeInteger(offset) ? parseMachO(readAt, offset) : undefined;
		if (!part) return undefined;
		parts.push(part);
	}
	const minima = parts.flatMap(({ minimumMacos }) => minimumMacos ?? []).sort(byVersion);
	const minimumMacos = minima.at(-1);
	return {
		platform: "darwin",
		architectures: parts.flatMap(({ architectures }) => architectures),
		...(minimumMacos === undefined ? {} : { minimumMacos }),
	};
}

function parseMachO(readAt: ReadAt, offset: number): BinaryHeader | undefined {
	const head = viewOf(readAt(offset, MACH_HEADER_SIZE));
	if (head.byteLength < MACH_HEADER_SIZE || head.getUint32(0, true) !== THIN_64) return undefined;
	const cpu = head.getUint32(4, true);
	const minimumMacos = minimumOf(
		viewOf(readAt(offset + MACH_HEADER_SIZE, Math.min(head.getUint32(20, true), MAX_COMMANDS))),
	);
	return {
		platform: "darwin",
		architectures: [machArchitectures[cpu] ?? `cputype ${cpu}`],
		...(minimumMacos === undefined ? {} : { minimumMacos }),
	};
}

/** Looks through load commands, each with its number and its size before it. */
function minimumOf(commands: DataView): string | undefined {
	for (let at = 0; at + 8 <= commands.byteLength; ) {
		const command = commands.getUint32(at, true);
		const size = commands.getUint32(at + 4, true);
		if (size < 8 || at + size > commands.byteLength) return undefined;
		if (command === LC_VERSION_MIN_MACOSX && size >= 16) return versionOf(commands.getUint32(at + 8, true));
		const isMacos = command === LC_BUILD_VERSION && size >= 24;
		if (isMacos && commands.getUint32(at + 8, true) === PLATFORM_MACOS)
			return versionOf(commands.getUint32(at + 12, true));
		at += size;
	}
	return undefined;
}

/** Two bytes, one, one: major, minor, patch. */
function versionOf(packed: number): string {
	const patch = packed & 0xff;
	return `${packed >>> 16}.${(packed >>> 8) & 0xff}${patch ? `.${patch}` : ""}`;
}

/** Orders versions such as `13.3` and `14.0.1` by their numbers. */
export function byVersion(one: string, other: string): number {
	const [first, second] = [one, other].map((text) => text.split(".").map(Number)) as [number[], number[]];
	for (let index = 0; index < Math.max(first.length, second.length); index++) {
		const difference = (first[index] ?? 0) - (second[index] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
