import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	isOwnerIn,
	OWNER_COOKIE,
	OWNER_COOKIE_SECONDS,
	ownerCookie,
} from "../../../signaling/grants/owner-cookie.ts";
import { sign } from "../../../signaling/grants/secrets.ts";

const KEY = "signing key";
const NOW = 1_700_000_000_000;
const END = NOW + OWNER_COOKIE_SECONDS * 1000;
const sent = ownerCookie(KEY, NOW, false);
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
		["another key's signature", ownerCookie("other key", NOW, false).split(";")[0]],
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
		expect(ownerCookie(KEY, NOW, true)).toBe(`${sent}; Secure`);
	});
});
