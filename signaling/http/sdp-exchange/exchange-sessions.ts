import { randomBytes } from "node:crypto";
import { PortholeError } from "../../protocol/errors.ts";

/** What was exchanged and goes on: a player's viewing, a publisher's stream. */
export interface Exchanged {
	/** SDP. */
	readonly answer: string;
	/** The id of the right that it came by. */
	readonly grantId: string;
	/** Calls back once when it is over by itself. */
	onEnd(listener: () => void): void;
	/** Ends it. */
	end(): void;
}

/** A session resource, as `Location` names it. */
export interface ExchangeSession extends Exchanged {
	/** Not to be guessed. */
	readonly key: string;
	/** What the path says before the key. */
	readonly name: string;
	/** Strong entity tag of its ICE session (RFC 9110, 8.8.3). */
	readonly etag: string;
	/** User fragment of the client. */
	readonly ufrag: string;
}

/** Sessions of one door, at most, and of one right. */
const MAX_SESSIONS = 2_000;
const MAX_OF_A_RIGHT = 64;

/** The sessions of one door. */
export class ExchangeSessions {
	readonly #sessions = new Map<string, ExchangeSession>();
	/** Rights of what is being exchanged. */
	readonly #coming: string[] = [];

	/**
	 * Runs an exchange while there is room for one more of its right. Throws PortholeError `too-many-sessions`, or what
	 * the exchange does.
	 */
	async within<T>(grantId: string, exchange: () => Promise<T>): Promise<T> {
		const all = [...this.#coming, ...[...this.#sessions.values()].map((session) => session.grantId)];
		const own = all.filter((id) => id === grantId).length;
		if (all.length >= MAX_SESSIONS || own >= MAX_OF_A_RIGHT) {
			const words = "Too many sessions are open. End some, or try again later.";
			throw new PortholeError("too-many-sessions", words);
		}
		this.#coming.push(grantId);
		try {
			return await exchange();
		} finally {
			this.#coming.splice(this.#coming.indexOf(grantId), 1);
		}
	}

	add(name: string, ufrag: string, exchanged: Exchanged): ExchangeSession {
		const key = randomBytes(24).toString("base64url");
		const etag = `"${randomBytes(8).toString("hex")}"`;
		const session = { ...exchanged, key, name, etag, ufrag };
		this.#sessions.set(key, session);
		exchanged.onEnd(() => this.#sessions.delete(key));
		return session;
	}

	/** Throws PortholeError `no-such-session`. */
	get(name: string, key: string): ExchangeSession {
		const session = this.#sessions.get(key);
		if (session?.name === name) return session;
		throw new PortholeError("no-such-session", "There is no such session, or it is over.");
	}

	end(session: ExchangeSession): void {
		if (this.#sessions.delete(session.key)) session.end();
	}
}
