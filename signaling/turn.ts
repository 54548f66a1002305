import { createHmac } from "node:crypto";
import type { IceServer } from "./protocol/messages.ts";
import type { WallClock } from "./protocol/time.ts";

/** How long credentials are good, seconds. A connection that has begun goes on; a later one gets new ones. */
export const TURN_LIFETIME = 3600;

export interface TurnOptions {
	/** Such as `turn:turn.example.org:3478?transport=udp` (RFC 7065). */
	readonly urls: readonly string[];
	/** The TURN server's `static-auth-secret`. */
	readonly secret: string;
}

/**
 * TURN servers with credentials that end by themselves, as TURN servers with a shared secret take them
 * (draft-uberti-behave-turn-rest-00): nobody has to tell the server of them, and a copied one is soon of no use.
 */
export class TurnServers {
	readonly #options: TurnOptions;
	readonly #now: WallClock;

	constructor(options: TurnOptions, now: WallClock) {
		this.#options = options;
		this.#now = now;
	}

	/** The servers with fresh credentials for a client, whose id stands in the TURN server's log. */
	serversFor(client: string): IceServer[] {
		const { urls, secret } = this.#options;
		const username = `${Math.floor(this.#now() / 1000) + TURN_LIFETIME}:${client}`;
		const credential = createHmac("sha1", secret).update(username).digest("base64");
		return urls.map((url) => ({ urls: url, username, credential }));
	}
}
