import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forEachNal } from "../../../server/h264/annexb.ts";
import {
	type AvccEnvelope,
	AvccRecordReader,
	avccEnvelope,
	avccRecord,
	avccUnits,
	beginsWithStartCode,
	MAX_RECORD_BYTES,
	readAvcConfiguration,
	readAvccEnvelope,
	toAnnexB,
	writeAvcConfiguration,
} from "../../../server/h264/avcc.ts";

/** NAL units that do not end with a zero, as none may. */
const nal = fc
	.tuple(fc.integer({ min: 1, max: 23 }), fc.uint8Array({ maxLength: 40 }))
	.map(([type, rest]) => Buffer.from([0x60 | type, ...rest.map((byte) => byte | 4)]));
const nals = fc.array(nal, { minLength: 1, maxLength: 6 });

function avcc(units: readonly Uint8Array[]): Buffer {
	return Buffer.concat(
		units.flatMap((unit) => {
			const size = Buffer.alloc(4);
			size.writeUInt32BE(unit.length);
			return [size, unit];
		}),
	);
}

describe("an AVCC sample", () => {
	it("gives the units it was made of, and they are the same in Annex B", () => {
		fc.assert(
			fc.property(nals, (units) => {
				const found = avccUnits(avcc(units));
				expect(found).toEqual(units);
				const read: Uint8Array[] = [];
				forEachNal(toAnnexB(found ?? []), (unit) => void read.push(unit));
				expect(read.map((unit) => Buffer.from(unit))).toEqual(units);
			}),
		);
	});

	it("is none when it is cut, longer, or holds what is no unit", () => {
		const whole = avcc([Buffer.of(0x65, 1, 2, 3), Buffer.of(0x41, 9)]);
		for (let length = 0; length < whole.length; length++) {
			if (length !== 8) expect(avccUnits(whole.subarray(0, length)), `${length}`).toBeUndefined();
		}
		expect(avccUnits(Buffer.concat([whole, Buffer.of(0)]))).toBeUndefined();
		expect(avccUnits(avcc([Buffer.of(0xff, 1)]))).toBeUndefined();
		expect(avccUnits(Buffer.of(255, 255, 255, 255, 0x65))).toBeUndefined();
	});
});

it.each([
	["00000165", true],
	["0000000165", true],
	["00000265", false],
	["0001", false],
	["", false],
])("%s begins with a start code: %s", (hex, yes) => {
	expect(beginsWithStartCode(Buffer.from(hex, "hex"))).toBe(yes);
});

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

const envelope = fc.record({
	kind: fc.constantFrom("configuration", "keyframe", "delta", "seed"),
	payload: fc.uint8Array({ minLength: 1, maxLength: 50 }),
});

/** `bytes` in pieces that end at `cuts`. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
	const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
	return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

describe("AVCC on a pipe", () => {
	it.each([
		["configuration", "000000040142c01f", "42c01f"],
		["keyframe", "00000003026501", "6501"],
		["delta", "000000020341", "41"],
		["seed", "0000000304ffd8", "ffd8"],
	] as const)("has a length, a tag and a payload: %s", (kind, record, payload) => {
		const bytes = Buffer.from(payload, "hex");
		expect(Buffer.from(avccRecord(avccEnvelope(kind, bytes))).toString("hex")).toBe(record);
		expect(new AvccRecordReader().push(Buffer.from(record, "hex"))).toEqual([
			{ kind, payload: new Uint8Array(bytes) },
		]);
	});

	it("is read the same in whatever pieces it comes", () => {
		fc.assert(
			fc.property(
				fc.array(envelope, { maxLength: 6 }),
				fc.array(fc.nat(400), { maxLength: 12 }),
				(written, cuts) => {
					const stream = Buffer.concat(
						written.map(({ kind, payload }) => avccRecord(avccEnvelope(kind, payload))),
					);
					const reader = new AvccRecordReader();
					const read: AvccEnvelope[] = pieces(stream, cuts).flatMap((piece) => reader.push(piece));
					expect(read).toEqual(written);
					expect(reader.unfinished).toBe(false);
				},
			),
		);
	});

	it("may have tags that are not known, which are skipped", () => {
		const reader = new AvccRecordReader();
		const later = Buffer.from("0000000209aa" + "0000000101" + "000000020341", "hex");
		expect(reader.push(later)).toEqual([{ kind: "delta", payload: Uint8Array.of(0x41) }]);
	});

	it.each([0, MAX_RECORD_BYTES + 1, 0x48545450])(
		"is given up at a length of %i, and nothing is kept for it",
		(size) => {
			const head = Buffer.alloc(4);
			head.writeUInt32BE(size);
			expect(() => new AvccRecordReader().push(head)).toThrow(
				expect.objectContaining({ code: "bad-record" }),
			);
		},
	);

	it("is unfinished within a length and within a body", () => {
		const reader = new AvccRecordReader();
		expect(reader.unfinished).toBe(false);
		reader.push(Uint8Array.of(0, 0));
		expect(reader.unfinished).toBe(true);
		reader.push(Uint8Array.of(0, 2, 3));
		expect(reader.unfinished).toBe(true);
		expect(reader.push(Uint8Array.of(0x41))).toHaveLength(1);
		expect(reader.unfinished).toBe(false);
	});
});

it.each(["", "03", "0041", "0541"])("is no envelope: %s", (hex) => {
	expect(readAvccEnvelope(Buffer.from(hex, "hex"))).toBeUndefined();
});
