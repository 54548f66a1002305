import { cookiesIn, setCookie } from "./cookies.ts";
import type { Grant } from "./grant.ts";
import { secretsEqual, sign } from "./secrets.ts";

/** Grants of one browser that are read, at most; the oldest are passed over. */
export const MAX_GRANT_COOKIES = 20;
/** A cookie outlives its grant by this, seconds: until then its browser can be told why it is of no use. */
const AFTERWARDS = 24 * 3600;

const PREFIX = "porthole_grant_";

/**
 * The `Set-Cookie` header that a browser keeps a grant by. The value only proves that this server gave it: what it is
 * good for, and whether it still is, is in the book.
 */
export function grantCookie(key: string, grant: Grant, now: number, secure: boolean): string {
	const seconds = Math.max(0, Math.ceil((grant.expires - now) / 1000)) + AFTERWARDS;
	return setCookie(PREFIX + grant.id, seal(key, grant.id), seconds, secure);
}

/** The `Set-Cookie` header that removes it. */
export function endGrantCookie(grantId: string, secure: boolean): string {
	return setCookie(PREFIX + grantId, "", 0, secure);
}

/** Ids of the grants whose cookies are in a header, forged ones left out. */
export function grantIdsIn(key: string, header: string | undefined): string[] {
	const cookies = cookiesIn(header).filter(({ name }) => name.startsWith(PREFIX));
	return cookies.slice(-MAX_GRANT_COOKIES).flatMap(({ name, value }) => {
		const id = name.slice(PREFIX.length);
		return secretsEqual(value, seal(key, id)) ? [id] : [];
	});
}

function seal(key: string, grantId: string): string {
	return sign(key, "grant-cookie", grantId);
}
