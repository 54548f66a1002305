import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byVersion, parseBinaryHeader, readBinaryHeader } from "../../../server/native/binary-header.ts";
import { buildVersion, CPU, machO, otherCommand, universal, versionMinimum } from "../../support/mach-o.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const parse = (bytes: Uint8Array) =>
	parseBinaryHeader((offset, length) => bytes.subarray(offset, offset + length));

describe("the header of a shared object", () => {
	it("tells a Mac's processor and the oldest macOS", () => {
		expect(parse(machO({ cpu: CPU.arm64, commands: [otherCommand, buildVersion(0x000e0000)] }))).toEqual({
			platform: "darwin",
			architectures: ["arm64"],
			minimumMacos: "14.0",
		});
	});

	it("tells the oldest macOS of files in the older form too", () => {
		const bytes = machO({ cpu: CPU.x64, commands: [versionMinimum(0x000a0d06)] });
		expect(parse(bytes)).toEqual({ platform: "darwin", architectures: ["x64"], minimumMacos: "10.13.6" });
	});

	it("takes no version of another system for macOS'", () => {
		const bytes = machO({ cpu: CPU.arm64, commands: [buildVersion(0x00110000, 7)] });
		expect(parse(bytes)).toEqual({ platform: "darwin", architectures: ["arm64"] });
	});

	it("names a processor that it does not know by its number", () => {
		expect(parse(machO({ cpu: 12, commands: [] }))?.architectures).toEqual(["cputype 12"]);
	});

	it.each([false, true])("tells of every part of a universal file (offsets of 64 bits: %s)", (wide) => {
		const parts = [
			{ cpu: CPU.x64, commands: [buildVersion(0x000d0300)] },
			{ cpu: CPU.arm64, commands: [buildVersion(0x000e0001)] },
		];
		expect(parse(universal(parts, wide))).toEqual({
			platform: "darwin",
			architectures: ["x64", "arm64"],
			minimumMacos: "14.0.1",
		});
	});

	it("tells the processor of a file for Linux", () => {
		const elf = (machine: number) =>
			Buffer.from(`7f454c46020101${"00".repeat(25)}`, "hex").fill(machine, 18, 19);
		expect(parse(elf(62))).toEqual({ platform: "linux", architectures: ["x64"] });
		expect(parse(elf(183))).toEqual({ platform: "linux", architectures: ["arm64"] });
		expect(parse(elf(8))).toEqual({ platform: "linux", architectures: ["machine 8"] });
	});

	it("is not there in other files: empty ones, texts, Java's classes, halves", () => {
		const whole = universal([{ cpu: CPU.x64, commands: [] }]);
		const javaClass = Buffer.from(`cafebabe00000034${"00".repeat(200)}`, "hex");
		for (const bytes of [Buffer.alloc(0), Buffer.from("x".repeat(99)), javaClass, whole.subarray(0, 40)])
			expect(parse(bytes)).toBeUndefined();
	});

	it("ends with whatever a file claims, and asks for no more than is bounded", () => {
		const magic = fc.constantFrom("cffaedfe", "cafebabe", "cafebabf", "7f454c46", "");
		fc.assert(
			fc.property(magic, fc.uint8Array({ maxLength: 300 }), (first, rest) => {
				const bytes = Buffer.concat([Buffer.from(first, "hex"), rest]);
				let asked = 0;
				parseBinaryHeader((offset, length) => {
					asked += length;
					return bytes.subarray(offset, offset + length);
				});
				expect(asked).toBeLessThan(9 * (65_536 + 100));
			}),
		);
	});

	it("stops at a load command that leads nowhere", () => {
		const bytes = machO({ cpu: CPU.arm64, commands: [otherCommand, buildVersion(0x000e0000)] });
		bytes.writeUInt32LE(0, 32 + 4);
		expect(parse(bytes)).toEqual({ platform: "darwin", architectures: ["arm64"] });
	});

	it("is read of a file, and of the Node that runs this", async () => {
		const path = join(await temporaryFolder(), "addon");
		await writeFile(path, machO({ cpu: CPU.x64, commands: [buildVersion(0x000d0000)] }));
		expect(readBinaryHeader(path)?.minimumMacos).toBe("13.0");
		expect(readBinaryHeader(process.execPath)).toMatchObject({
			platform: process.platform,
			architectures: [process.arch],
		});
	});
});

it("orders versions by their numbers", () => {
	const versions = ["14.0", "13.10", "13.9.1", "9", "13.9"];
	expect(versions.sort(byVersion)).toEqual(["9", "13.9", "13.9.1", "13.10", "14.0"]);
});
