import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAvcConfiguration, writeAvcConfiguration } from "../../../server/h264/avc-configuration.ts";

const SPS = Buffer.from("6742c01f8d8d4028", "hex");
const PPS = Buffer.from("68ce3c80", "hex");
/** As ISO/IEC 14496-15, 5.3.3.1 has it, byte for byte. */
const RECORD = Buffer.from("0142c01fffe100086742c01f8d8d402801000468ce3c80", "hex");

describe("an avcC record", () => {
	it("is written byte for byte, and read again", () => {
		expect(Buffer.from(writeAvcConfiguration(SPS, PPS))).toEqual(RECORD);
		expect(readAvcConfiguration(RECORD)).toEqual({ sps: [SPS], pps: [PPS], lengthBytes: 4 });
	});

	it("may have several parameter sets, shorter lengths, and more behind them", () => {
		const record = Buffer.from("01640028fde2000267640002674001000168fdf8f800", "hex");
		expect(readAvcConfiguration(record)).toEqual({
			sps: [Buffer.from("6764", "hex"), Buffer.from("6740", "hex")],
			pps: [Buffer.from("68", "hex")],
			lengthBytes: 2,
		});
	});

	it("is none when it is cut at any place", () => {
		for (let length = 0; length < RECORD.length; length++) {
			expect(readAvcConfiguration(RECORD.subarray(0, length)), `${length}`).toBeUndefined();
		}
	});

	it.each([
		["another version", 0, 2],
		["lengths of three bytes", 4, 0xfe],
		["no SPS", 5, 0xe0],
		["an SPS that is none", 8, 0x41],
		["no PPS", 16, 0],
		["a PPS that is none", 19, 0x41],
		["an SPS longer than the record", 6, 0xff],
	])("is none with %s", (_what, at, value) => {
		const record = Buffer.from(RECORD);
		record[at] = value;
		expect(readAvcConfiguration(record)).toBeUndefined();
	});

	it("is read or refused, whatever the bytes are", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
				const read = readAvcConfiguration(Uint8Array.of(1, ...bytes));
				if (read) expect(read.sps.length * read.pps.length).toBeGreaterThan(0);
			}),
		);
	});
});
