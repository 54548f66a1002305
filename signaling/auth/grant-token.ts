import { errors, jwtVerify, SignJWT } from "jose";
import * as v from "valibot";
import { PortholeError } from "../protocol/errors.ts";
import { roleSchema } from "../protocol/messages.ts";
import { expired, type Grant } from "./grant.ts";
import { sign } from "./secrets.ts";

/** Keeps grants apart from other JSON Web Tokens (RFC 8725 section 3.11). */
const TYPE = "porthole-grant+jwt";

const claimsSchema = v.object({ jti: v.string(), dev: v.string(), role: roleSchema });

/** What a link says; the book has the last word. */
type GrantClaims = v.InferOutput<typeof claimsSchema>;

/** The token that a link carries: a JSON Web Token signed with HMAC SHA-256 (RFC 7519, RFC 7515). */
export function signGrant(key: string, grant: Grant): Promise<string> {
	return new SignJWT({ dev: grant.deviceId, role: grant.role })
		.setProtectedHeader({ alg: "HS256", typ: TYPE })
		.setJti(grant.id)
		.setExpirationTime(Math.ceil(grant.expires / 1000))
		.sign(tokenKey(key));
}

/** Reads a token that this server signed. Throws PortholeError `wrong-token`, or `expired` for one whose time is over. */
export async function readGrantToken(key: string, token: string, now: number): Promise<GrantClaims> {
	try {
		const { payload } = await jwtVerify(token, tokenKey(key), {
			algorithms: ["HS256"],
			typ: TYPE,
			currentDate: new Date(now),
			requiredClaims: ["jti", "exp"],
		});
		return v.parse(claimsSchema, payload);
	} catch (cause) {
		if (cause instanceof errors.JWTExpired) throw expired(Number(cause.payload.exp) * 1000, { cause });
		const words = "This link is not, or no longer, good here. Ask for a new one.";
		throw new PortholeError("wrong-token", words, { cause });
	}
}

/** A key of its own, so that no other signature of this server passes for a grant's. */
function tokenKey(key: string): Uint8Array {
	return Buffer.from(sign(key, "key", "grant"), "base64url");
}
