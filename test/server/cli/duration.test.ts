import { expect, it } from "vitest";
import { parseDuration } from "../../../server/cli/duration.ts";

it.each([
	["90s", 90],
	["30m", 1_800],
	["2h", 7_200],
	["7d", 604_800],
])("reads %s", (text, seconds) => {
	expect(parseDuration("--expires", text)).toBe(seconds);
});

it.each(["", "5", "h", "0h", "-1h", "1.5h", "1w", "2 h", "2h30m", "1e3s", "9999999s"])(
	"refuses %j",
	(text) => {
		expect(() => parseDuration("--expires", text)).toThrow(
			expect.objectContaining({ code: "bad-option", message: expect.stringContaining("--expires") }),
		);
	},
);
