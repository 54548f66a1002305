import { describe, expect, it } from "vitest";
import { takeToken, tokenIn } from "../../../app/viewer/token.ts";

describe("tokenIn", () => {
	it("finds the token in a fragment", () => {
		expect(tokenIn("#token=abc-_123")).toBe("abc-_123");
		expect(tokenIn("#view=1&token=abc")).toBe("abc");
	});

	it.each(["", "#", "#token=", "#other=1"])("finds none in %j", (fragment) => {
		expect(tokenIn(fragment)).toBeUndefined();
	});
});

describe("takeToken", () => {
	function at(hash: string) {
		const shown: string[] = [];
		const page = { hash, pathname: "/devices/demo", search: "?a=1" } as Location;
		const replaceState: History["replaceState"] = (_state, _title, url) => void shown.push(String(url));
		const pages = { state: null, replaceState } as History;
		return { page, pages, shown };
	}

	it("takes the token out of the address", () => {
		const { page, pages, shown } = at("#token=abc");
		expect(takeToken(page, pages)).toBe("abc");
		expect(shown).toEqual(["/devices/demo?a=1"]);
	});

	it("leaves an address without a token alone", () => {
		const { page, pages, shown } = at("#elsewhere");
		expect(takeToken(page, pages)).toBeUndefined();
		expect(shown).toEqual([]);
	});
});
