import { describe, expect, it } from "vitest";
import { colourOf, initialsOf } from "../../../app/viewer/person-look.ts";

describe("initialsOf", () => {
	it.each([
		["Ana", "A"],
		["Ben Okafor", "BO"],
		["  maria  de la cruz ", "MC"],
		["Guest 12", "G1"],
		["👩‍💻 Ada", "👩‍💻A"],
		["élise", "É"],
		["", ""],
	])("of %j are %j", (name, initials) => {
		expect(initialsOf(name)).toBe(initials);
	});
});

it("colours repeat after the last one", () => {
	expect(colourOf(1)).not.toBe(colourOf(2));
	expect(colourOf(9)).toBe(colourOf(1));
});
