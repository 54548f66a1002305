import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { readGrantToken, signGrant } from "../../../signaling/auth/grant-token.ts";
import { sign } from "../../../signaling/auth/secrets.ts";
import { sampleGrant } from "../../support/sample-grant.ts";

const KEY = "signing key";
const TYPE = "porthole-grant+jwt";
const grant = sampleGrant({ role: "view" });
const now = grant.created;
const refused = (code: string) => expect.objectContaining({ name: "PortholeError", code });
const tokenKey = (key: string) => Buffer.from(sign(key, "key", "grant"), "base64url");
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const claims = { jti: grant.id, dev: "phone", role: "own", exp: Math.ceil(grant.expires / 1000) };

/** A token that somebody else made as well as they could. */
const forge = (key: Uint8Array, header: { alg: string; typ?: string }, payload: object = claims) =>
	new SignJWT({ ...payload }).setProtectedHeader(header).sign(key);

describe("a grant's token", () => {
	it("says what the grant says, and holds until its end", async () => {
		const token = await signGrant(KEY, grant);
		const read = { jti: grant.id, dev: "phone", role: "view" };
		expect(await readGrantToken(KEY, token, now)).toEqual(read);
		expect(await readGrantToken(KEY, token, grant.expires - 1)).toEqual(read);
		await expect(readGrantToken(KEY, token, grant.expires + 1_000)).rejects.toThrow(refused("expired"));
	});

	it("can stand in a fragment as it is", async () => {
		expect(await signGrant(KEY, grant)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
	});

	it("tells when it expired only of one that was ours", async () => {
		const old = await forge(tokenKey("other"), { alg: "HS256", typ: TYPE }, { ...claims, exp: 1 });
		await expect(readGrantToken(KEY, old, now)).rejects.toThrow(refused("wrong-token"));
	});

	const real = signGrant(KEY, grant);
	it.each<[string, () => string | Promise<string>]>([
		["signed with another key", () => forge(tokenKey("other"), { alg: "HS256", typ: TYPE })],
		[
			"signed with the server's key itself",
			() => forge(Buffer.from(KEY.padEnd(32)), { alg: "HS256", typ: TYPE }),
		],
		["not signed (alg none)", () => new UnsecuredJWT(claims).encode()],
		["said not to be signed", () => `${part({ alg: "none", typ: TYPE })}.${part(claims)}.`],
		["signed in another way", () => forge(Buffer.alloc(64, tokenKey(KEY)), { alg: "HS512", typ: TYPE })],
		["of another type", () => forge(tokenKey(KEY), { alg: "HS256", typ: "JWT" })],
		["of no type", () => forge(tokenKey(KEY), { alg: "HS256" })],
		[
			"without an end",
			() => forge(tokenKey(KEY), { alg: "HS256", typ: TYPE }, { ...claims, exp: undefined }),
		],
		["without an id", () => forge(tokenKey(KEY), { alg: "HS256", typ: TYPE }, { ...claims, jti: undefined })],
		[
			"with a role that is none",
			() => forge(tokenKey(KEY), { alg: "HS256", typ: TYPE }, { ...claims, role: "god" }),
		],
		["with its role raised", async () => (await real).replace(/\.[\w-]+\./, `.${part(claims)}.`)],
		["without its signature", async () => (await real).replace(/[\w-]+$/, "")],
		["cut short", async () => (await real).slice(0, -2)],
		["with more behind it", async () => `${await real}.x`],
		["no token", () => "nonsense"],
		["empty parts", () => ".."],
		["of 4 KiB", () => "a.".repeat(2048)],
	])("is refused when it is %s", async (_, make) => {
		await expect(readGrantToken(KEY, await make(), now)).rejects.toThrow(refused("wrong-token"));
	});
});
