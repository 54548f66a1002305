import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { parseJson } from "../../../signaling/protocol/json.ts";

const bounds = { longest: 1_000_000, depth: 4, values: 20 };
const refused = (code: string) => expect.objectContaining({ name: "PortholeError", code });

/** Levels of a value, and how many it holds with its keys. */
function measure(value: unknown): { depth: number; values: number } {
	if (typeof value !== "object" || value === null) return { depth: 0, values: 1 };
	const inside = Object.values(value).map(measure);
	const keys = Array.isArray(value) ? 0 : inside.length;
	return {
		depth: 1 + Math.max(0, ...inside.map(({ depth }) => depth)),
		values: 1 + keys + inside.reduce((sum, { values }) => sum + values, 0),
	};
}

describe("a JSON text from outside", () => {
	it.each(['{"a":[{"b":[1]}]}', '"]]]]]]]]"', '{"a":"\\\\\\"[[[[[[[["}', "[]", "7", '  {"x" : 1}  '])(
		"%s is read",
		(text) => {
			expect(parseJson(text, bounds)).toEqual(JSON.parse(text));
		},
	);

	it.each([
		["[[[[[]]]]]", "message-too-complex"],
		[`[${"1,".repeat(30)}1]`, "message-too-complex"],
		[`"${"a".repeat(1_000_000)}"`, "message-too-long"],
		['{"a', "not-json"],
		["nonsense", "not-json"],
		["", "not-json"],
	])("%.20s is refused as %s", (text, code) => {
		expect(() => parseJson(text, bounds)).toThrow(refused(code));
	});

	it("is not parsed when it is beyond the bounds", () => {
		const parse = vi.spyOn(JSON, "parse");
		for (const text of ["[".repeat(500_000), `[${"0,".repeat(400_000)}0]`])
			expect(() => parseJson(text, bounds)).toThrow(refused("message-too-complex"));
		expect(parse).not.toHaveBeenCalled();
		parse.mockRestore();
	});

	it("of any value is read if it is within the bounds, and else refused", () => {
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 7 }), fc.boolean(), (value, spaced) => {
				const text = JSON.stringify(value, undefined, spaced ? 2 : undefined);
				const { depth, values } = measure(JSON.parse(text));
				if (depth > bounds.depth)
					expect(() => parseJson(text, bounds)).toThrow(refused("message-too-complex"));
				else if (values <= bounds.values) expect(parseJson(text, bounds)).toEqual(JSON.parse(text));
				// An empty object or array counts as if it held something.
				else if (values > bounds.values + 1)
					expect(() => parseJson(text, { ...bounds, values: values / 2 - 1 })).toThrow();
			}),
		);
	});

	it("of any characters is read or refused in known words", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(...'[]{},:"\\ 1ae') }), (text) => {
				try {
					expect(parseJson(text, bounds)).toEqual(JSON.parse(text));
				} catch (error) {
					expect(["message-too-complex", "not-json"]).toContain((error as { code?: string }).code);
				}
			}),
		);
	});
});
