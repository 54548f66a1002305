import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readReply } from "../../../../../server/devices/simulator/baguette/reply.ts";

describe("an answer to a gesture", () => {
	test.each([
		['{"ok":true}', ""],
		['{"ok":true,"type":"paste_result"}', ""],
		['{"ok":false,"error":"missing field: x"}', "missing field: x"],
		['{"ok":false}', "it does not say why"],
		['{"ok":1}', undefined],
		["Input session started", undefined],
	])("%s", (line, refusal) => {
		expect(readReply(line)).toBe(refusal);
	});

	test("is never more than a text, whatever comes", () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
				expect(["string", "undefined"]).toContain(typeof readReply(line));
			}),
		);
	});
});
