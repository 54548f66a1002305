import { expect, it } from "vitest";
import { asSentence, messageOf, PortholeError } from "../../../signaling/protocol/errors.ts";

it("keeps the code for programs, the words for people and the cause for logs", () => {
	const cause = new Error("ENOENT");
	const error = new PortholeError("bad-key-file", "The keys cannot be used.", { cause });
	expect(error).toBeInstanceOf(Error);
	expect(error).toMatchObject({ name: "PortholeError", code: "bad-key-file", cause });
	expect(String(error)).toBe("PortholeError: The keys cannot be used.");
});

it("finds words for whatever was thrown", () => {
	expect([new Error("boom"), "plain", undefined, 7].map(messageOf)).toEqual([
		"boom",
		"plain",
		"undefined",
		"7",
	]);
});

it.each([
	["read ECONNRESET", "read ECONNRESET."],
	["It is gone.", "It is gone."],
	['It said "no."', 'It said "no."'],
	["Gone \n", "Gone."],
	["Really?", "Really?"],
	["Waiting …", "Waiting …"],
])("ends %j as a sentence", (text, sentence) => {
	expect(asSentence(text)).toBe(sentence);
});
