import { expect, it } from "vitest";
import { localTime } from "../../../server/cli/local-time.ts";

const TIME = Date.UTC(2026, 6, 1, 23, 30, 5, 999);

it.each([
	[0, "2026-07-01T23:30:05+00:00"],
	[120, "2026-07-02T01:30:05+02:00"],
	[-150, "2026-07-01T21:00:05-02:30"],
	[345, "2026-07-02T05:15:05+05:45"],
])("a time is ISO 8601 with its zone's offset: %i minutes", (offset, text) => {
	expect(localTime(TIME, offset)).toBe(text);
	expect(Date.parse(text)).toBe(TIME - 999);
});

it("a time is told in this computer's zone", () => {
	expect(Date.parse(localTime(TIME))).toBe(TIME - 999);
	expect(localTime(TIME)).toContain(`T${String(new Date(TIME).getHours()).padStart(2, "0")}:30:05`);
});
