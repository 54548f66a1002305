import { expect, it } from "vitest";
import { BarredSeats } from "../../../signaling/server/barred-seats.ts";

it("remembers why a seat is barred, for a thousand seats", () => {
	const seats = new BarredSeats();
	for (let index = 0; index <= 1000; index++)
		seats.add(`v${index}`, { code: "removed", message: `${index}` });
	expect(seats.reasonFor("v0")).toBeUndefined();
	expect(seats.reasonFor("v1")).toEqual({ code: "removed", message: "1" });
	expect(seats.reasonFor("v1000")).toEqual({ code: "removed", message: "1000" });
	expect(seats.reasonFor("somebody")).toBeUndefined();
});
