import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	COOKIE_NAME,
	COOKIE_SECONDS,
	roleInCookies,
	sealCookie,
	setCookieHeader,
} from "../../../signaling/grants/session-cookie.ts";

const KEY = "signing key";
const NOW = 1_700_000_000_000;
const good = sealCookie(KEY, "own", NOW + 1000);
const roleIn = (header: string | undefined, now = NOW) => roleInCookies(KEY, header, now);

describe("a session cookie", () => {
	it("gives its role until it expires", () => {
		for (const role of ["view", "control", "own"] as const) {
			const header = `${COOKIE_NAME}=${sealCookie(KEY, role, NOW + 1000)}`;
			expect(roleIn(header, NOW + 999)).toBe(role);
			expect(roleIn(header, NOW + 1000)).toBeUndefined();
		}
	});

	it("is found among other cookies, whatever the spaces", () => {
		expect(roleIn(`theme=dark;  ${COOKIE_NAME}=${good};a=b`)).toBe("own");
	});

	it("is found after one of the same name that is no good", () => {
		expect(roleIn(`${COOKIE_NAME}=old; ${COOKIE_NAME}=${good}`)).toBe("own");
	});

	it.each([
		["no header", undefined],
		["an empty header", ""],
		["no value", `${COOKIE_NAME}=`],
		["no equals sign", COOKIE_NAME],
		["another name", `x${COOKIE_NAME}=${good}`],
		["another key's signature", `${COOKIE_NAME}=${sealCookie("other key", "own", NOW + 1000)}`],
		["a raised role", `${COOKIE_NAME}=${sealCookie(KEY, "view", NOW + 1000).replace("view", "own")}`],
		["a later expiry", `${COOKIE_NAME}=${good.replace(String(NOW + 1000), String(NOW + 9000))}`],
		["no signature", `${COOKIE_NAME}=${good.slice(0, good.lastIndexOf("."))}`],
		["an expiry that is no number", `${COOKIE_NAME}=own.1e99.${"A".repeat(43)}`],
		["8 KiB of other cookies before it", `${"a=b;".repeat(2048)}${COOKIE_NAME}=${good}`],
	])("gives nothing for %s", (_, header) => {
		expect(roleIn(header)).toBeUndefined();
	});

	it("is worth nothing with any one character changed", () => {
		fc.assert(
			fc.property(
				fc.nat({ max: good.length - 2 }),
				fc.string({ minLength: 1, maxLength: 1 }),
				(at, other) => {
					fc.pre(good[at] !== other);
					const forged = good.slice(0, at) + other + good.slice(at + 1);
					expect(roleIn(`${COOKIE_NAME}=${forged}`)).toBeUndefined();
				},
			),
		);
	});

	it("is kept from scripts and other sites, and from plain HTTP where there is TLS", () => {
		const plain = setCookieHeader("v", false);
		expect(plain).toBe(`${COOKIE_NAME}=v; Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Strict`);
		expect(setCookieHeader("v", true)).toBe(`${plain}; Secure`);
	});
});
