import { expect, it } from "vitest";
import { timeLeft } from "../../../../app/components/sharing/share-form.tsx";

const MINUTE = 60_000;

it.each([
	[-5, "less than a minute"],
	[0.2 * MINUTE, "less than a minute"],
	[59 * MINUTE, "59 min"],
	[60 * MINUTE, "1 h"],
	[47 * 60 * MINUTE, "47 h"],
	[7 * 24 * 60 * MINUTE, "7 days"],
])("%d ms are %s", (ms, words) => {
	expect(timeLeft(1000 + ms, 1000)).toBe(words);
});
