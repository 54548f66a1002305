import { describe, expect, it } from "vitest";
import { OptionReader } from "../../../server/cli/option-reader.ts";

const reader = new OptionReader({
	TEXT: "from env",
	EMPTY: "",
	LIST: " a  b\n",
	YES: "true",
	NO: "0",
	SIX: "6",
});

describe("options", () => {
	it("that are arguments win over variables, and empty ones count for nothing", () => {
		expect(reader.text("given", "TEXT")).toBe("given");
		expect(reader.text("", "TEXT")).toBe("from env");
		expect(reader.text(undefined, "EMPTY")).toBeUndefined();
		expect(reader.list(["x"], "LIST")).toEqual(["x"]);
		expect(reader.list(undefined, "LIST")).toEqual(["a", "b"]);
		expect(reader.list(undefined, "EMPTY")).toEqual([]);
	});

	it("tell yes from no, and both from nothing said", () => {
		expect([reader.flag(undefined, "YES"), reader.flag(undefined, "NO")]).toEqual([true, false]);
		expect(reader.flag(true, "NO")).toBe(true);
		expect(reader.flag(undefined, "EMPTY")).toBeUndefined();
	});

	it("are whole numbers within their bounds", () => {
		expect(reader.number("--six", undefined, "SIX", [0, 6])).toBe(6);
		expect(reader.number("--six", "", "EMPTY", [0, 6])).toBeUndefined();
		for (const wrong of ["7", "-1", "1.5", "6 ", "0x1", "1e0", "9".repeat(12)]) {
			expect(() => reader.number("--six", wrong, "SIX", [0, 6]), wrong).toThrow(/--six takes .* from 0 to 6/);
		}
	});
});
