import * as fc from "fast-check";
import { expect, it } from "vitest";
import { LineReader } from "../../../server/cli/line-reader.ts";

it("gives the same lines in whatever pieces they come, and tells of those too long", () => {
	const line = fc.string({ unit: fc.constantFrom("a", "é", "漢", " ", "{"), maxLength: 12 });
	fc.assert(
		fc.property(fc.array(line), fc.boolean(), fc.integer({ min: 1, max: 7 }), (lines, ended, size) => {
			const bytes = Buffer.from(lines.join("\n") + (ended && lines.length > 0 ? "\n" : ""));
			const reader = new LineReader(10);
			const read: (string | undefined)[] = [];
			for (let at = 0; at < bytes.length; at += size)
				read.push(...reader.push(bytes.subarray(at, at + size)));
			read.push(...reader.end());
			const all = lines.map((text) => (Buffer.byteLength(text) > 10 ? undefined : text));
			// Nothing after the last line's end is no line.
			expect(read).toEqual(!ended && all.at(-1) === "" ? all.slice(0, -1) : all);
		}),
	);
});

it.each([
	["a\r\nb\r\n", ["a", "b"]],
	["\n\n", ["", ""]],
	["a", ["a"]],
	["", []],
])("%j is %j", (text, lines) => {
	const reader = new LineReader(10);
	expect([...reader.push(Buffer.from(text)), ...reader.end()]).toEqual(lines);
});
