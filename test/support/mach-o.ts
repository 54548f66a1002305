/** One part of a Mach-O file, as <mach-o/loader.h> lays it out. */
export interface MachOPart {
	readonly cpu: number;
	/** Load commands in order: number, then further 32-bit words. */
	readonly commands: readonly (readonly [number, ...number[]])[];
}

export const CPU = { x64: 0x01000007, arm64: 0x0100000c } as const;

/** LC_BUILD_VERSION for a platform (macOS is 1), packed version `0xMMMMmmpp`. */
export const buildVersion = (version: number, platform = 1) => [0x32, platform, version, version, 0] as const;
/** LC_VERSION_MIN_MACOSX, as files for macOS before 10.14 have it. */
export const versionMinimum = (version: number) => [0x24, version, version] as const;
/** LC_ID_DYLIB or another that says nothing about versions. */
export const otherCommand = [0xd, 1, 2, 3, 4] as const;

/** A thin Mach-O library of 64 bits: its header and its load commands. */
export function machO({ cpu, commands }: MachOPart): Buffer {
	const body = Buffer.concat(
		commands.map(([number, ...words]) => words32([number, 8 + words.length * 4, ...words])),
	);
	return Buffer.concat([words32([0xfeedfacf, cpu, 0, 6, commands.length, body.length, 0, 0]), body]);
}

/** A universal file; `wide` has offsets of 64 bits (<mach-o/fat.h>). */
export function universal(parts: readonly MachOPart[], wide = false): Buffer {
	const alignment = 4096;
	const entrySize = wide ? 32 : 20;
	const header = Buffer.alloc(alignment);
	header.writeUInt32BE(wide ? 0xcafebabf : 0xcafebabe, 0);
	header.writeUInt32BE(parts.length, 4);
	const bodies = parts.map((part, index) => {
		const bytes = machO(part);
		const at = 8 + index * entrySize;
		const offset = alignment * (index + 1);
		header.writeUInt32BE(part.cpu, at);
		if (wide) header.writeBigUInt64BE(BigInt(offset), at + 8);
		else header.writeUInt32BE(offset, at + 8);
		return Buffer.concat([bytes, Buffer.alloc(alignment - bytes.length)]);
	});
	return Buffer.concat([header, ...bodies]);
}

function words32(values: readonly number[]): Buffer {
	const bytes = Buffer.alloc(values.length * 4);
	for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
	return bytes;
}
