import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	type AvccEnvelope,
	AvccRecordReader,
	avccEnvelope,
	avccRecord,
	MAX_RECORD_BYTES,
	readAvccEnvelope,
} from "../../../server/h264/avcc-record.ts";

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
