import { PortholeError } from "../protocol/errors.ts";
import type { Reason } from "../protocol/messages.ts";
import { type WallClock, type WallTime, wallClock } from "../protocol/time.ts";
import { Barred } from "./barred.ts";
import {
	type CookieScope,
	endGrantCookie,
	grantCookie,
	grantsIn,
	isOwnerIn,
	ownerCookie,
} from "./cookies.ts";
import { type Grant, isLive, refusalFor, revoked, rightsBy, stateOf } from "./grant.ts";
import type { GrantBook } from "./grant-book.ts";
import { ownerRights, personOf, type Rights, rightsOn } from "./rights.ts";
import { newVisit, secretsEqual, sign } from "./secrets.ts";

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
	/** Persons who were sent away for a while. */
	readonly #barred: Barred;

	constructor(keys: AccessKeys, grants: GrantBook, now: WallClock = wallClock) {
		this.#keys = keys;
		this.#grants = grants;
		this.#now = now;
		this.#barred = new Barred(now);
	}

	/** Everything the credentials give at this moment. A wrong token is never saved by a good cookie. */
	rightsOf({ token, cookie }: Credentials): readonly Rights[] {
		if (token !== undefined) return this.isOwnerToken(token) ? [ownerRights] : [];
		const owner = isOwnerIn(this.#keys.signingKey, cookie, this.#now()) ? [ownerRights] : [];
		const kept = this.#rightsIn(cookie).filter((rights) => !this.barOf(rights));
		return [...owner, ...kept];
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
		const kept = this.#rightsIn(cookie);
		const barred =
			kept.find(({ devices }) => devices[0] === deviceId) ?? (deviceId ? undefined : kept.at(-1));
		const bar = barred && this.barOf(barred);
		if (bar) return new PortholeError("removed", bar.message);
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

	/**
	 * A person stays out of the device that its grant is for, until then. Nothing comes of it for the owner and for programs,
	 * who are no person.
	 */
	bar(rights: Rights, why: Reason, until: WallTime): void {
		const person = personOf(rights);
		if (person !== undefined && rights.grantId !== ownerRights.grantId) this.#barred.add(person, why, until);
	}

	/** Why a person is kept out; undefined for one that is not. */
	barOf(rights: Rights): Reason | undefined {
		const person = personOf(rights);
		return person === undefined ? undefined : this.#barred.reasonFor(person);
	}

	/** Ends a grant, as its owners do. The owner's own token is none. */
	async revoke(grantId: string): Promise<void> {
		if (grantId !== ownerRights.grantId) await this.#grants.revoke(grantId);
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
		return grantsIn(this.#keys.signingKey, cookie).some(({ id }) => id === grantId);
	}

	/** The `Set-Cookie` header that makes a browser the owner's. */
	ownerCookie(scope: CookieScope): string {
		return ownerCookie(this.#keys.signingKey, this.#now(), scope);
	}

	/** The `Set-Cookie` headers by which a browser keeps a grant, and forgets those in `cookie` that have ended. */
	grantCookies(grant: Grant, cookie: string | undefined, scope: CookieScope): string[] {
		const before = grantsIn(this.#keys.signingKey, cookie);
		const ended = before.filter(({ id }) => {
			const other = this.#grants.get(id);
			return id !== grant.id && !(other && isLive(other, this.#now()));
		});
		const visit = before.find(({ id }) => id === grant.id)?.visit ?? newVisit();
		const kept = grantCookie(this.#keys.signingKey, grant, visit, this.#now(), scope);
		return [kept, ...ended.map(({ id }) => endGrantCookie(id, scope))];
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
		return grantsIn(this.#keys.signingKey, cookie).map(({ id }) => this.#grants.get(id));
	}

	/** What the grants of a browser give that have not ended. */
	#rightsIn(cookie: string | undefined): Rights[] {
		return grantsIn(this.#keys.signingKey, cookie).flatMap(({ id, visit }) => {
			const grant = this.#grants.get(id);
			return grant && isLive(grant, this.#now()) ? [{ ...rightsBy(grant), visit }] : [];
		});
	}
}

const REMEDY =
	"Open the link that was printed when Porthole started, or one that was shared with you; " +
	"programs send the owner token as Authorization: Bearer.";
