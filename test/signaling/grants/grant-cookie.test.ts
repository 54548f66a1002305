import { describe, expect, it } from "vitest";
import {
	endGrantCookie,
	grantCookie,
	grantIdsIn,
	MAX_GRANT_COOKIES,
} from "../../../signaling/grants/grant-cookie.ts";
import { sampleGrant } from "../../support/sample-grant.ts";

const KEY = "signing key";
const NOW = 1_700_000_000_000;
const pairFor = (id: string, key = KEY) =>
	grantCookie(key, sampleGrant({ id }), NOW, false).split(";")[0] ?? "";

describe("a grant's cookie", () => {
	it("names its grant, so that several live side by side", () => {
		expect(grantIdsIn(KEY, `${pairFor("a1")}; theme=dark; ${pairFor("b2")}`)).toEqual(["a1", "b2"]);
	});

	it("is kept from scripts and other sites, and a day longer than the grant, so that its end can be told", () => {
		const grant = sampleGrant({ expires: NOW + 90_500 });
		expect(grantCookie(KEY, grant, NOW, true)).toMatch(
			/^porthole_grant_[^=]+=[\w-]{43}; Path=\/; Max-Age=86491; HttpOnly; SameSite=Strict; Secure$/,
		);
		expect(endGrantCookie("a1", false)).toMatch(/^porthole_grant_a1=; Path=\/; Max-Age=0; HttpOnly/);
	});

	it.each([
		["no header", undefined],
		["another key's signature", pairFor("a1", "other key")],
		["another grant's signature", pairFor("a1").replace("grant_a1", "grant_b2")],
		["no value", "porthole_grant_a1="],
		["no id", `porthole_grant_=${"A".repeat(43)}`],
	])("is not seen in %s", (_, header) => {
		expect(grantIdsIn(KEY, header)).toEqual([]);
	});

	it("is one of so many that are read, the newest", () => {
		const ids = Array.from({ length: MAX_GRANT_COOKIES + 5 }, (_, index) => `g${index}`);
		expect(grantIdsIn(KEY, ids.map((id) => pairFor(id)).join("; "))).toEqual(ids.slice(5));
	});
});
