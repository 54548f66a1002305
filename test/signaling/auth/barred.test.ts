import { expect, it } from "vitest";
import { Barred } from "../../../signaling/auth/barred.ts";

it("remembers that a participant is barred for as long as it is", () => {
	let now = 0;
	const participants = new Barred(() => now);
	participants.add("v", { code: "removed", message: "for a while" }, 10);
	expect(participants.reasonFor("v")?.message).toBe("for a while");
	now = 10;
	expect(participants.reasonFor("v")).toBeUndefined();
});

it("remembers why a participant is barred, for a thousand participants", () => {
	const participants = new Barred(() => 0);
	for (let index = 0; index <= 1000; index++)
		participants.add(`v${index}`, { code: "removed", message: `${index}` }, undefined);
	expect(participants.reasonFor("v0")).toBeUndefined();
	expect(participants.reasonFor("v1")).toEqual({ code: "removed", message: "1" });
	expect(participants.reasonFor("v1000")).toEqual({ code: "removed", message: "1000" });
	expect(participants.reasonFor("somebody")).toBeUndefined();
});
