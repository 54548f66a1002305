import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	endGrantCookie,
	grantCookie,
	grantsIn,
	isOwnerIn,
	MAX_GRANT_COOKIES,
	OWNER_COOKIE,
	OWNER_COOKIE_SECONDS,
	ownerCookie,
} from "../../../signaling/auth/cookies.ts";
import { sign } from "../../../signaling/auth/secrets.ts";
import { sampleGrant } from "../../support/sample-grant.ts";
import { plainScope } from "../../support/signaling-harness.ts";

const KEY = "signing key";
const NOW = 1_700_000_000_000;
const VISIT = "Visit-of_browser";
const pairFor = (id: string, key = KEY) =>
	grantCookie(key, sampleGrant({ id }), VISIT, NOW, plainScope).split(";")[0] ?? "";
const grantIdsIn = (header: string | undefined) => grantsIn(KEY, header).map(({ id }) => id);

describe("a grant's cookie", () => {
	it("names its grant, so that several live side by side", () => {
		expect(grantIdsIn(`${pairFor("a1")}; theme=dark; ${pairFor("b2")}`)).toEqual(["a1", "b2"]);
	});

	it("is kept from scripts and other sites, and a day longer than the grant, so that its end can be told", () => {
		const grant = sampleGrant({ expires: NOW + 90_500 });
		const behindTls = { path: "/porthole/", secure: true, framed: false };
		expect(grantCookie(KEY, grant, VISIT, NOW, behindTls)).toMatch(
			/^porthole_grant_[^=]+=Visit-of_browser\.[\w-]{43}; Path=\/porthole\/; Max-Age=86491; HttpOnly; SameSite=Strict; Secure$/,
		);
		expect(endGrantCookie("a1", plainScope)).toMatch(/^porthole_grant_a1=; Path=\/; Max-Age=0; HttpOnly/);
	});

	it.each([
		["no header", undefined],
		["another key's signature", pairFor("a1", "other key")],
		["another grant's signature", pairFor("a1").replace("grant_a1", "grant_b2")],
		["another browser's signature", pairFor("a1").replace("Visit-of", "Visit-by")],
		["a visit that is none", pairFor("a1").replace(VISIT, "")],
		["no value", "porthole_grant_a1="],
		["no id", `porthole_grant_=${"A".repeat(43)}`],
	])("is not seen in %s", (_, header) => {
		expect(grantIdsIn(header)).toEqual([]);
	});

	it("tells browsers apart that keep the same grant", () => {
		expect(grantsIn(KEY, pairFor("a1"))).toEqual([{ id: "a1", visit: VISIT }]);
	});

	it("is one of so many that are read, the newest", () => {
		const ids = Array.from({ length: MAX_GRANT_COOKIES + 5 }, (_, index) => `g${index}`);
		expect(grantIdsIn(ids.map((id) => pairFor(id)).join("; "))).toEqual(ids.slice(5));
	});
});

const END = NOW + OWNER_COOKIE_SECONDS * 1000;
const sent = ownerCookie(KEY, NOW, plainScope);
const pair = sent.split(";")[0] ?? "";
const good = pair.slice(OWNER_COOKIE.length + 1);
const isOwner = (header: string | undefined, now = NOW) => isOwnerIn(KEY, header, now);

describe("an owner's cookie", () => {
	it("is good until it expires", () => {
		expect(isOwner(pair, END - 1)).toBe(true);
		expect(isOwner(pair, END)).toBe(false);
	});

	it("is found among other cookies, whatever the spaces, and after one of its name that is no good", () => {
		expect(isOwner(`theme=dark;  ${pair};a=b`)).toBe(true);
		expect(isOwner(`${OWNER_COOKIE}=old; ${pair}`)).toBe(true);
	});

	it.each([
		["no header", undefined],
		["an empty header", ""],
		["no value", `${OWNER_COOKIE}=`],
		["no equals sign", OWNER_COOKIE],
		["another name", `x${pair}`],
		["another key's signature", ownerCookie("other key", NOW, plainScope).split(";")[0]],
		["a later expiry", pair.replace(String(END), String(END + 9000))],
		["no signature", pair.slice(0, pair.lastIndexOf("."))],
		["an expiry that is no number", `${OWNER_COOKIE}=own.1e99.${"A".repeat(43)}`],
		["another right that was signed", `${OWNER_COOKIE}=view.${END}.${sign(KEY, "cookie", `view.${END}`)}`],
		["16 KiB of other cookies before it", `${"a=b;".repeat(4096)}${pair}`],
	])("is not seen in %s", (_, header) => {
		expect(isOwner(header)).toBe(false);
	});

	it("is worth nothing with any one character changed", () => {
		const place = fc.nat({ max: good.length - 1 });
		fc.assert(
			fc.property(place, fc.string({ minLength: 1, maxLength: 1 }), (at, other) => {
				fc.pre(good[at] !== other);
				expect(isOwner(`${OWNER_COOKIE}=${good.slice(0, at)}${other}${good.slice(at + 1)}`)).toBe(false);
			}),
		);
	});

	it("is kept from scripts and other sites, and from plain HTTP where there is TLS", () => {
		const flags = `Path=/; Max-Age=${OWNER_COOKIE_SECONDS}; HttpOnly; SameSite=Strict`;
		expect(sent).toBe(`${OWNER_COOKIE}=${good}; ${flags}`);
		expect(ownerCookie(KEY, NOW, { ...plainScope, secure: true })).toBe(`${sent}; Secure`);
	});

	it("counts in a frame of another site where that is wanted, for each site another one", () => {
		const framed = ownerCookie(KEY, NOW, { path: "/", secure: true, framed: true });
		expect(framed).toMatch(/; Path=\/; Max-Age=\d+; HttpOnly; SameSite=None; Secure; Partitioned$/);
	});
});
