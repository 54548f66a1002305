import { describe, expect, it } from "vitest";
import { colourOf, initialsOf, participantChanges } from "../../../app/viewer/participants.ts";
import { somebody } from "../../support/somebody.ts";

const [me, ana, ben, cleo] = ["Me", "Ana", "Ben", "Cleo"].map((name) => somebody(name)) as [
	ReturnType<typeof somebody>,
	ReturnType<typeof somebody>,
	ReturnType<typeof somebody>,
	ReturnType<typeof somebody>,
];

describe("participantChanges", () => {
	it("tells who came and who went", () => {
		expect(participantChanges([me], [me, ana], "Me")).toBe("Ana joined.");
		expect(participantChanges([me, ana], [me, ben, cleo], "Me")).toBe("Ben and Cleo joined. Ana left.");
	});

	it("counts a crowd", () => {
		expect(participantChanges([], [ana, ben, cleo], "Me")).toBe("3 people joined.");
	});

	it("says nothing of oneself, of new names or of bad connections", () => {
		expect(participantChanges([ana], [ana, me], "Me")).toBe("");
		expect(participantChanges([ana], [{ ...ana, name: "Anna", quality: "away" }], "Me")).toBe("");
	});

	it("counts whoever waits as not there until they are let in", () => {
		const waiting = { ...ana, waiting: true };
		expect(participantChanges([me], [me, waiting], "Me")).toBe("");
		expect(participantChanges([me, waiting], [me, ana], "Me")).toBe("Ana joined.");
		expect(participantChanges([me, waiting], [me], "Me")).toBe("");
	});
});

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
