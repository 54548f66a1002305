import { describe, expect, it } from "vitest";
import { parseArguments, parseOperands } from "../../../server/cli/arguments.ts";

const options = { json: { type: "boolean" }, state: { type: "string" } } as const;

it("reads what a command takes", () => {
	expect({ ...parseArguments("devices", ["--json", "--state=/s"], options) }).toEqual({
		json: true,
		state: "/s",
	});
});

it.each([["--foo"], ["--state"], ["--json=yes"], ["extra"]])(
	"refuses %s with a code and the way to help",
	(arg) => {
		expect(() => parseArguments("devices", [arg], options)).toThrow(
			expect.objectContaining({
				code: "bad-option",
				message: expect.stringContaining("porthole devices --help"),
			}),
		);
	},
);

describe("operands", () => {
	const read = (...args: string[]) => parseOperands("share", args, options, ["device", "name"]);

	it("may stand before, between and after options", () => {
		for (const args of [
			["a", "b", "--json"],
			["--json", "a", "b"],
			["a", "--json", "b"],
		]) {
			const { values, positionals } = read(...args);
			expect([values.json, positionals]).toEqual([true, ["a", "b"]]);
		}
	});

	it.each([
		["none", [], "Say the device and name."],
		["too few", ["a"], "Say the name."],
		["too many", ["a", "b", "c"], "c is too much."],
	])("of which there are %s are refused with the way to help", (_, args, words) => {
		expect(() => read(...args)).toThrow(`${words} See porthole share --help.`);
	});
});
