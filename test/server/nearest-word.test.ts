import { expect, it } from "vitest";
import { didYouMean, nearestWord } from "../../server/nearest-word.ts";

const words = ["exec", "as", "id", "name", "ask", "control"];

it.each([
	["exce", "exec"],
	["Exec", "exec"],
	["nmae", "name"],
	["names", "name"],
	["contorl", "control"],
	["assk", "ask"],
	["zzzz", undefined],
	["", undefined],
	["x", undefined],
	["control".repeat(100), undefined],
])("the word nearest to %j is %s", (word, nearest) => {
	expect(nearestWord(word, words)).toBe(nearest);
});

it("is asked about, or nothing is", () => {
	expect(didYouMean("prot", ["port"], (one) => `--${one}`)).toBe(" Did you mean --port?");
	expect(didYouMean("q", ["port"])).toBe("");
});
