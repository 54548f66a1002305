import { describe, expect, it } from "vitest";
import { peopleChanges } from "../../../app/viewer/people-changes.ts";
import { somebody } from "../../support/somebody.ts";

const [me, ana, ben, cleo] = ["Me", "Ana", "Ben", "Cleo"].map((name) => somebody(name)) as [
	ReturnType<typeof somebody>,
	ReturnType<typeof somebody>,
	ReturnType<typeof somebody>,
	ReturnType<typeof somebody>,
];

describe("peopleChanges", () => {
	it("tells who came and who went", () => {
		expect(peopleChanges([me], [me, ana], "Me")).toBe("Ana joined.");
		expect(peopleChanges([me, ana], [me, ben, cleo], "Me")).toBe("Ben and Cleo joined. Ana left.");
	});

	it("counts a crowd", () => {
		expect(peopleChanges([], [ana, ben, cleo], "Me")).toBe("3 people joined.");
	});

	it("says nothing of oneself, of new names or of bad connections", () => {
		expect(peopleChanges([ana], [ana, me], "Me")).toBe("");
		expect(peopleChanges([ana], [{ ...ana, name: "Anna", quality: "away" }], "Me")).toBe("");
	});

	it("counts whoever waits as not there until they are let in", () => {
		const waiting = { ...ana, waiting: true };
		expect(peopleChanges([me], [me, waiting], "Me")).toBe("");
		expect(peopleChanges([me, waiting], [me, ana], "Me")).toBe("Ana joined.");
		expect(peopleChanges([me, waiting], [me], "Me")).toBe("");
	});
});
