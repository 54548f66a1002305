import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineReader, MAX_LINE } from "../../../../server/devices/simulator/line-reader.ts";

describe("a reader of lines", () => {
	test("gives the same lines however the bytes are cut", () => {
		const text = fc.array(
			fc.string({ unit: "grapheme", maxLength: 12 }).filter((line) => !/[\r\n]/.test(line)),
		);
		fc.assert(
			fc.property(text, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (lines, cuts) => {
				const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
				const reader = new LineReader();
				const read: string[] = [];
				for (let at = 0, turn = 0; at < bytes.length; turn++) {
					const size = cuts[turn % cuts.length] ?? 1;
					read.push(...reader.push(bytes.subarray(at, at + size)));
					at += size;
				}
				expect(read).toEqual(lines);
			}),
		);
	});

	test("takes carriage returns off and keeps no more than a line's bound", () => {
		const reader = new LineReader();
		expect(reader.push(Buffer.from("one\r\ntwo"))).toEqual(["one"]);
		reader.push(Buffer.alloc(3 * MAX_LINE, "x"));
		const [long = ""] = reader.push(Buffer.from("\n"));
		expect(long).toHaveLength(MAX_LINE);
	});
});
