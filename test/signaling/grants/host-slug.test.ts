import { describe, expect, it } from "vitest";
import { hostSlug } from "../../../signaling/grants/host-slug.ts";

describe("a host's slug", () => {
	it.each([
		["studio", "studio"],
		["Ana's Studio.local", "ana-s-studio-local"],
		["Büro Köln", "buro-koln"],
		["--- ", "host"],
		["電脳", "host"],
		["a-very-long-name-of-a-computer", "a-very-long-name-of"],
	])("of %s is %s", (name, slug) => {
		expect(hostSlug(name, new Set())).toBe(slug);
		expect(slug).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/);
	});

	it("is numbered when others have it, and never grows too long", () => {
		expect(hostSlug("studio", new Set(["studio", "studio-2"]))).toBe("studio-3");
		const long = "x".repeat(30);
		expect(hostSlug(long, new Set(["x".repeat(20)]))).toBe(`${"x".repeat(18)}-2`);
	});
});
