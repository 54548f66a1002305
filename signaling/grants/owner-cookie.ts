import { cookiesIn, setCookie } from "./cookies.ts";
import { secretsEqual, sign } from "./secrets.ts";

/** Name of the cookie that the owner's token is exchanged for. */
export const OWNER_COOKIE = "porthole_session";
/** How long it is good for, seconds. */
export const OWNER_COOKIE_SECONDS = 30 * 24 * 3600;

/** The `Set-Cookie` header that makes a browser the owner's from `now` on (ms since the epoch). */
export function ownerCookie(key: string, now: number, secure: boolean): string {
	return setCookie(OWNER_COOKIE, seal(key, now + OWNER_COOKIE_SECONDS * 1000), OWNER_COOKIE_SECONDS, secure);
}

/** Whether a `Cookie` header holds an owner's cookie that is neither forged nor over at `now`. */
export function isOwnerIn(key: string, header: string | undefined, now: number): boolean {
	return cookiesIn(header).some(({ name, value }) => {
		const expires = /^own\.(\d{1,16})\./.exec(value)?.[1];
		if (name !== OWNER_COOKIE || expires === undefined) return false;
		return secretsEqual(value, seal(key, Number(expires))) && Number(expires) > now;
	});
}

function seal(key: string, expires: number): string {
	const body = `own.${Math.round(expires)}`;
	return `${body}.${sign(key, "cookie", body)}`;
}
