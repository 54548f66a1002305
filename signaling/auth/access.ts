import { PortholeError } from "../protocol/errors.ts";
import { type WallClock, wallClock } from "../protocol/time.ts";
import {
	type CookieScope,
	endGrantCookie,
	grantCookie,
	grantIdsIn,
	isOwnerIn,
	ownerCookie,
} from "./cookies.ts";
import { type Grant, isLive, refusalFor, revoked, rightsBy, stateOf } from "./grant.ts";
import type { GrantBook } from "./grant-book.ts";
import { ownerRights, type Rights, rightsOn } from "./rights.ts";
import { secretsEqual, sign } from "./secrets.ts";

/** The secrets of one signaling server; kept in the state folder. */
export interface AccessKeys {
	/** Whoever has it owns every device. */
	readonly ownerToken: string;
	/** Signs cookies and participant keys. */
	readonly signingKey: string;
}

/** What a client offers to show who it is. */
export interface Credentials {
	/** The owner's token. A grant is none: it has to be exchanged for a cookie first. */
	readonly token?: string | undefined;
	/** The raw `Cookie` header. */
	readonly cookie?: string | undefined;
}

/** Decides who may do what. Every way in asks here. */
export class Access {
	readonly #keys: AccessKeys;
	readonly #grants: GrantBook;
	readonly #now: WallClock;

	constructor(keys: AccessKeys, grants: GrantBook, now: WallClock = wallClock) {
		this.#keys = keys;
		this.#grants = grants;
		this.#now = now;
	}

	/** Everything the credentials give at this moment. A wrong token is never saved by a good cookie. */
	rightsOf({ token, cookie }: Credentials): readonly Rights[] {
		if (token !== undefined) return this.isOwnerToken(token) ? [ownerRights] : [];
		const owner = isOwnerIn(this.#keys.signingKey, cookie, this.#now()) ? [ownerRights] : [];
		const live = this.#grantsIn(cookie).filter((grant) => grant && isLive(grant, this.#now()));
		return [...owner, ...live.flatMap((grant) => (grant ? rightsBy(grant) : []))];
	}

	/** The best that the credentials give on a device. Throws PortholeError as `refusal` makes it. */
	rightsOn(credentials: Credentials, deviceId: string): Rights {
		const rights = rightsOn(this.rightsOf(credentials), deviceId);
		if (!rights) throw this.refusal(credentials, deviceId);
		return rights;
	}

	/** Whether rights that were given before, perhaps by another process, still are. */
	stillGood({ grantId }: Rights): boolean {
		const grant = this.#grants.get(grantId);
		return grantId === ownerRights.grantId || (grant !== undefined && isLive(grant, this.#now()));
	}

	/**
	 * Why the credentials do not do, on a device or at all: `wrong-token`, `expired`, `revoked`, `wrong-device` or
	 * `no-token`. What is said of a grant for that very device comes first.
	 */
	refusal({ token, cookie }: Credentials, deviceId?: string): PortholeError {
		if (token !== undefined) return new PortholeError("wrong-token", `This token is wrong. ${REMEDY}`);
		const grants = this.#grantsIn(cookie);
		const nearest = grants.find((grant) => grant?.deviceId === deviceId) ?? grants.at(-1);
		const live = grants.some((grant) => grant && isLive(grant, this.#now()));
		if (live && nearest?.deviceId !== deviceId) {
			return new PortholeError("wrong-device", "This link is for another device.");
		}
		const state = nearest ? stateOf(nearest, this.#now()) : undefined;
		if (nearest && (state === "expired" || state === "revoked")) return refusalFor(nearest, state);
		if (grants.length > 0) return revoked();
		return new PortholeError("no-token", REMEDY);
	}

	/** Remembers who came by a grant, for its owners to see. */
	noteVisit({ grantId }: Rights, name: string | undefined, address: string | undefined): void {
		this.#grants.noteVisit(grantId, {
			...(name === undefined ? {} : { name }),
			...(address === undefined ? {} : { address }),
		});
	}

	/** Hears of each grant that ends, and of why in words. The function returned stops that. */
	onGrantEnd(listener: (grant: Grant, why: PortholeError) => void): () => void {
		return this.#grants.onEnd((grant, end) => listener(grant, refusalFor(grant, end)));
	}

	isOwnerToken(token: string): boolean {
		return secretsEqual(token, this.#keys.ownerToken);
	}

	/** Whether a browser has exchanged a grant before, and need not do it again. */
	hasOpened(cookie: string | undefined, grantId: string): boolean {
		return grantIdsIn(this.#keys.signingKey, cookie).includes(grantId);
	}

	/** The `Set-Cookie` header that makes a browser the owner's. */
	ownerCookie(scope: CookieScope): string {
		return ownerCookie(this.#keys.signingKey, this.#now(), scope);
	}

	/** The `Set-Cookie` headers by which a browser keeps a grant, and forgets those in `cookie` that have ended. */
	grantCookies(grant: Grant, cookie: string | undefined, scope: CookieScope): string[] {
		const ended = grantIdsIn(this.#keys.signingKey, cookie).filter((id) => {
			const other = this.#grants.get(id);
			return id !== grant.id && !(other && isLive(other, this.#now()));
		});
		const kept = grantCookie(this.#keys.signingKey, grant, this.#now(), scope);
		return [kept, ...ended.map((id) => endGrantCookie(id, scope))];
	}

	/** Proof that a viewer id was given by this server; it outlives a restart. */
	participantKey(viewerId: string, deviceId: string): string {
		return sign(this.#keys.signingKey, "participant", `${viewerId} ${deviceId}`);
	}

	isParticipantKey(viewerId: string, deviceId: string, key: string): boolean {
		return secretsEqual(key, this.participantKey(viewerId, deviceId));
	}

	/** Undefined for one that the book has forgotten. */
	#grantsIn(cookie: string | undefined): (Grant | undefined)[] {
		return grantIdsIn(this.#keys.signingKey, cookie).map((id) => this.#grants.get(id));
	}
}

const REMEDY =
	"Open the link that was printed when Porthole started, or one that was shared with you; " +
	"programs send the owner token as Authorization: Bearer.";
