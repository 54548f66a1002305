import type { WallTime } from "../protocol/time.ts";
import type { Grant } from "./grant.ts";
import { VISIT } from "./rights.ts";
import { secretsEqual, sign } from "./secrets.ts";

/** Longest `Cookie` header that is read, characters; Node takes no more than that of all headers together. */
const MAX_HEADER = 16 * 1024;

/** The cookies of a `Cookie` header (RFC 6265 section 4.2.1), in its order. */
function cookiesIn(header: string | undefined): { name: string; value: string }[] {
	const pairs = (header ?? "").slice(0, MAX_HEADER).split(";");
	return pairs.flatMap((text) => {
		const pair = text.trim();
		const at = pair.indexOf("=");
		return at < 0 ? [] : [{ name: pair.slice(0, at), value: pair.slice(at + 1) }];
	});
}

/** Where a browser sends a cookie back. */
export interface CookieScope {
	/** Below this path, `/` or such as `/porthole/`. */
	readonly path: string;
	/** Over HTTPS alone. */
	readonly secure: boolean;
	/** Also from a frame in another site's page; for each such site it is another cookie (CHIPS). Needs `secure`. */
	readonly framed: boolean;
}

/** A `Set-Cookie` header for a cookie that scripts and other sites do not get; `maxAge` in seconds, 0 removes it. */
function setCookie(name: string, value: string, maxAge: number, scope: CookieScope): string {
	const { path, secure, framed } = scope;
	const sites = framed ? "SameSite=None; Secure; Partitioned" : `SameSite=Strict${secure ? "; Secure" : ""}`;
	return `${name}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; ${sites}`;
}

/** Grants of one browser that are read, at most; the oldest are passed over. */
export const MAX_GRANT_COOKIES = 20;
/** A cookie outlives its grant by this, seconds: until then its browser can be told why it is of no use. */
const AFTERWARDS = 24 * 3600;

const GRANT_COOKIE_PREFIX = "porthole_grant_";

/** A grant that a browser keeps. */
export interface KeptGrant {
	readonly id: string;
	/** Tells this browser from others that keep it; see `Rights.visit`. */
	readonly visit: string;
}

/**
 * The `Set-Cookie` header that a browser keeps a grant by. The value only proves that this server gave it, and to which
 * browser: what it is good for, and whether it still is, is in the book.
 */
export function grantCookie(
	key: string,
	{ id, expires }: Grant,
	visit: string,
	now: WallTime,
	scope: CookieScope,
): string {
	const seconds = Math.max(0, Math.ceil((expires - now) / 1000)) + AFTERWARDS;
	return setCookie(GRANT_COOKIE_PREFIX + id, sealGrantCookie(key, { id, visit }), seconds, scope);
}

/** The `Set-Cookie` header that removes it. */
export function endGrantCookie(grantId: string, scope: CookieScope): string {
	return setCookie(GRANT_COOKIE_PREFIX + grantId, "", 0, scope);
}

/** The grants whose cookies are in a header, forged ones left out. */
export function grantsIn(key: string, header: string | undefined): KeptGrant[] {
	const cookies = cookiesIn(header).filter(({ name }) => name.startsWith(GRANT_COOKIE_PREFIX));
	return cookies.slice(-MAX_GRANT_COOKIES).flatMap(({ name, value }) => {
		const kept = { id: name.slice(GRANT_COOKIE_PREFIX.length), visit: value.slice(0, value.indexOf(".")) };
		return VISIT.test(kept.visit) && secretsEqual(value, sealGrantCookie(key, kept)) ? [kept] : [];
	});
}

function sealGrantCookie(key: string, { id, visit }: KeptGrant): string {
	return `${visit}.${sign(key, "grant-cookie", `${id} ${visit}`)}`;
}

/** Name of the cookie that the owner's token is exchanged for. */
export const OWNER_COOKIE = "porthole_session";
/** How long it is good for, seconds. */
export const OWNER_COOKIE_SECONDS = 30 * 24 * 3600;

/** The `Set-Cookie` header that makes a browser the owner's from `now` on. */
export function ownerCookie(key: string, now: WallTime, scope: CookieScope): string {
	return setCookie(
		OWNER_COOKIE,
		sealOwnerCookie(key, now + OWNER_COOKIE_SECONDS * 1000),
		OWNER_COOKIE_SECONDS,
		scope,
	);
}

/** Whether a `Cookie` header holds an owner's cookie that is neither forged nor over at `now`. */
export function isOwnerIn(key: string, header: string | undefined, now: WallTime): boolean {
	return cookiesIn(header).some(({ name, value }) => {
		const expires = /^own\.(\d{1,16})\./.exec(value)?.[1];
		if (name !== OWNER_COOKIE || expires === undefined) return false;
		return secretsEqual(value, sealOwnerCookie(key, Number(expires))) && Number(expires) > now;
	});
}

function sealOwnerCookie(key: string, expires: number): string {
	const body = `own.${Math.round(expires)}`;
	return `${body}.${sign(key, "cookie", body)}`;
}
