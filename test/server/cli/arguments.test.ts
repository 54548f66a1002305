import { expect, it } from "vitest";
import { parseArguments } from "../../../server/cli/arguments.ts";

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
