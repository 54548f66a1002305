import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Line, LineReader } from "../../server/line-reader.ts";

const whole = (text: string): Line => ({ text, cut: false });

describe("a reader of lines", () => {
	it("gives the same lines in whatever pieces they come, and the beginnings of those too long", () => {
		const line = fc.string({ unit: fc.constantFrom("a", "é", "漢", " ", "{"), maxLength: 12 });
		fc.assert(
			fc.property(fc.array(line), fc.boolean(), fc.integer({ min: 1, max: 7 }), (lines, ended, size) => {
				const bytes = Buffer.from(lines.join("\n") + (ended && lines.length > 0 ? "\n" : ""));
				const reader = new LineReader(10);
				const read: Line[] = [];
				for (let at = 0; at < bytes.length; at += size)
					read.push(...reader.push(bytes.subarray(at, at + size)));
				read.push(...reader.end());
				const all = lines.map((text) => {
					const all = Buffer.from(text);
					return { text: all.subarray(0, 10).toString(), cut: all.length > 10 };
				});
				// Nothing after the last line's end is no line.
				expect(read).toEqual(!ended && all.at(-1)?.text === "" ? all.slice(0, -1) : all);
			}),
		);
	});

	it("gives the same lines in pieces of any sizes", () => {
		const text = fc.array(
			fc.string({ unit: "grapheme", maxLength: 12 }).filter((line) => !/[\r\n]/.test(line)),
		);
		fc.assert(
			fc.property(text, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (lines, cuts) => {
				const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
				const reader = new LineReader(1024);
				const read: Line[] = [];
				for (let at = 0, turn = 0; at < bytes.length; turn++) {
					const size = cuts[turn % cuts.length] ?? 1;
					read.push(...reader.push(bytes.subarray(at, at + size)));
					at += size;
				}
				expect(read).toEqual(lines.map(whole));
			}),
		);
	});

	it("takes carriage returns off and keeps no more than a line's bound", () => {
		const reader = new LineReader(1024);
		expect(reader.push(Buffer.from("one\r\ntwo"))).toEqual([whole("one")]);
		reader.push(Buffer.alloc(3 * 1024, "x"));
		const [long] = reader.push(Buffer.from("\n"));
		expect(long?.text).toHaveLength(1024);
		expect(long?.cut).toBe(true);
	});

	it.each([
		["a\r\nb\r\n", ["a", "b"]],
		["\n\n", ["", ""]],
		["a", ["a"]],
		["", []],
	])("%j is %j", (text, lines) => {
		const reader = new LineReader(10);
		expect([...reader.push(Buffer.from(text)), ...reader.end()]).toEqual(lines.map(whole));
	});
});
