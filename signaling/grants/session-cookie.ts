import type { Role } from "../protocol/messages.ts";
import { secretsEqual, sign } from "./secrets.ts";

/** Name of the cookie that a token is exchanged for. */
export const COOKIE_NAME = "porthole_session";
/** How long a session cookie is good for, seconds. */
export const COOKIE_SECONDS = 30 * 24 * 3600;

/** Value of a cookie that gives `role` until `expires` (ms since the epoch). */
export function sealCookie(key: string, role: Role, expires: number): string {
	const body = `${role}.${Math.round(expires)}`;
	return `${body}.${sign(key, "cookie", body)}`;
}

/** The role a `Cookie` header gives at `now`, or undefined when there is none, it is forged or it has expired. */
export function roleInCookies(key: string, header: string | undefined, now: number): Role | undefined {
	for (const pair of (header ?? "").slice(0, 8192).split(";")) {
		const [name, value] = split(pair.trim(), "=");
		if (name !== COOKIE_NAME) continue;
		const role = roleInValue(key, value, now);
		if (role) return role;
	}
	return undefined;
}

/** The `Set-Cookie` header for a sealed value. */
export function setCookieHeader(value: string, secure: boolean): string {
	const flags = `Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
	return `${COOKIE_NAME}=${value}; ${flags}`;
}

function roleInValue(key: string, value: string, now: number): Role | undefined {
	const match = /^((view|control|own)\.(\d{1,16}))\.([A-Za-z0-9_-]{43})$/.exec(value);
	if (!match) return undefined;
	const [, body = "", role, expires, signature = ""] = match;
	if (!secretsEqual(signature, sign(key, "cookie", body))) return undefined;
	return Number(expires) > now ? (role as Role) : undefined;
}

function split(text: string, by: string): [string, string] {
	const at = text.indexOf(by);
	return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
