import type { Role } from "../protocol/messages.ts";
import { secretsEqual, sign } from "./secrets.ts";
import { COOKIE_SECONDS, roleInCookies, sealCookie, setCookieHeader } from "./session-cookie.ts";

/** The secrets of one signaling server; kept in the state folder. */
export interface AccessKeys {
	/** Whoever has it owns every device. */
	readonly ownerToken: string;
	/** Signs cookies and seats. */
	readonly signingKey: string;
	/** Hosts prove themselves with it. */
	readonly hostKey: string;
}

/** What a client offers to show who it is. */
export interface Credentials {
	readonly token?: string | undefined;
	/** The raw `Cookie` header. */
	readonly cookie?: string | undefined;
}

/** Decides who may do what. Every door asks here. */
export class Access {
	readonly #keys: AccessKeys;
	readonly #now: () => number;

	constructor(keys: AccessKeys, now: () => number = Date.now) {
		this.#keys = keys;
		this.#now = now;
	}

	/** The role the credentials give, or undefined for a stranger. A wrong token is never saved by a good cookie. */
	roleOf(credentials: Credentials): Role | undefined {
		if (credentials.token !== undefined) {
			return secretsEqual(credentials.token, this.#keys.ownerToken) ? "own" : undefined;
		}
		return roleInCookies(this.#keys.signingKey, credentials.cookie, this.#now());
	}

	/** The `Set-Cookie` header that keeps a role for this browser. */
	cookieFor(role: Role, secure: boolean): string {
		const expires = this.#now() + COOKIE_SECONDS * 1000;
		return setCookieHeader(sealCookie(this.#keys.signingKey, role, expires), secure);
	}

	isHost(key: string): boolean {
		return secretsEqual(key, this.#keys.hostKey);
	}

	/** Proof that a viewer id was given by this server; it outlives a restart. */
	seatKey(viewerId: string, deviceId: string): string {
		return sign(this.#keys.signingKey, "seat", `${viewerId} ${deviceId}`);
	}

	ownsSeat(viewerId: string, deviceId: string, key: string): boolean {
		return secretsEqual(key, this.seatKey(viewerId, deviceId));
	}
}
