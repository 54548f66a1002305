import { backgroundClock, type Clock } from "../clock.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { Role } from "../protocol/messages.ts";
import { type WallClock, type WallTime, wallClock } from "../protocol/time.ts";
import { RateLimit } from "../rate-limit.ts";
import { isUnsaved, MemoryTable, type Table } from "../table.ts";
import {
	type Grant,
	type GrantEnd,
	isLive,
	MAX_VISITS,
	refusalFor,
	revoked,
	stateOf,
	type Visit,
	wrongToken,
} from "./grant.ts";
import { isPin, pinDigest } from "./pin.ts";
import { ownerRights } from "./rights.ts";
import { hashLinkToken, newLinkToken } from "./secrets.ts";

/** Live grants, at most. */
export const MAX_LIVE = 1_000;
/** Of these, those that guests may make together, so that the owners always have room. */
export const MAX_LIVE_OF_GUESTS = 600;
/** Those that may come of one link of an owner's, its guests' guests included. */
export const MAX_LIVE_OF_LINK = 50;
/** Of these, how many may be made in a minute, so that what is noted of them cannot wash away the rest. */
export const MADE_A_MINUTE = 60;
/** Ended grants kept, so that their links are told why; the ones that ended first are forgotten. */
export const MAX_ENDED = 200;
/** Of these, those that guests made. */
const MAX_ENDED_OF_GUESTS = MAX_ENDED / 2;
/** How long they are kept, ms. */
const ENDED_FOR = 7 * 24 * 3600 * 1000;
/** Longest wait of one timer, ms: a computer that slept, or whose clock was set, notices soon after. */
const LOOK_EVERY = 60_000;

/** What a new grant is to be. Times are ms since the epoch. */
export interface GrantOrder {
	readonly deviceId: string;
	readonly role: Role;
	readonly label: string;
	readonly madeBy: string;
	readonly expires: WallTime;
	readonly pin?: string | undefined;
	readonly uses?: number | undefined;
}

/** What a revocation ended. */
export interface Revocation {
	/** Makers before those that were made by whoever came with them. */
	readonly ended: readonly Grant[];
	/** Why it is not kept yet, though it counts: until it is, the next start would take the grants for good. */
	readonly unsaved?: PortholeError;
}

/** Called once for each grant that ends while the book is open. */
type EndListener = (grant: Grant, end: GrantEnd) => void;

interface BookOptions {
	/** For its timers. */
	readonly clock?: Clock;
	/** By which grants expire. */
	readonly wall?: WallClock;
	/** Where the grants are kept; as long as the process lives when absent. */
	readonly table?: Table<Grant>;
}

/**
 * All grants: what is in here counts, whatever a token or a cookie says. A method's promise settles when its change is
 * kept; where nothing else is said, it rejects as `Table.change` does when it could not be.
 */
export class GrantBook {
	readonly #key: string;
	readonly #clock: Clock;
	readonly #wall: WallClock;
	readonly #grants: Table<Grant>;
	readonly #listeners = new Set<EndListener>();
	/** Grants whose end has been told, so that each is told once, also where it cannot be written down. */
	readonly #told = new Set<string>();
	readonly #unsubscribe: () => void;
	/** What comes of each link of an owner's. */
	readonly #pace: RateLimit;
	#timer = () => {};
	#closed = false;

	/** @param key the server's signing key. */
	constructor(
		key: string,
		{ clock = backgroundClock, wall = wallClock, table = new MemoryTable() }: BookOptions = {},
	) {
		this.#key = key;
		this.#clock = clock;
		this.#wall = wall;
		this.#grants = table;
		this.#pace = new RateLimit(MADE_A_MINUTE, 60_000, () => clock.now());
		this.#unsubscribe = this.#grants.onChange((id, before, after) => this.#changed(id, before, after));
		// Nothing is written yet: this server may still find that another one runs here.
		this.#wait(wall());
	}

	/**
	 * Makes a grant and the token of its link, which is told here and not kept. A grant made by a guest lasts no longer than the guest may stay. Throws PortholeError
	 * `too-many-grants`, `too-many-requests`, and `expired` or `revoked` when the right to make it has just ended.
	 */
	async create(order: GrantOrder): Promise<{ readonly grant: Grant; readonly token: string }> {
		const now = this.#wall();
		const maker = order.madeBy === ownerRights.grantId ? undefined : this.#liveMaker(order.madeBy);
		this.#requireRoom(maker);
		const token = newLinkToken();
		const grant = newGrant(this.#key, order, token, maker, now);
		await this.#grants.change(grant.id, () => grant);
		this.#look();
		return { grant, token };
	}

	/** The grant of an id, also for a while after it has ended. */
	get(id: string): Grant | undefined {
		return this.#grants.get(id);
	}

	/** The grant that a link's token opens, also for a while after it has ended. */
	byToken(token: string): Grant | undefined {
		const grant = this.get(grantIdOf(token));
		return grant?.tokenHash === hashLinkToken(token) ? grant : undefined;
	}

	/** All that are neither expired nor revoked, the oldest first. */
	live(): Grant[] {
		const now = this.#wall();
		const live = [...this.#grants.all().values()].filter((grant) => isLive(grant, now));
		return live.sort((one, other) => one.created - other.created);
	}

	/**
	 * Spends one use of the grant that a link's token opens, also of one that another process has just made. Throws
	 * PortholeError `wrong-token`, `revoked`, `expired`, `too-many-tries`, `used-up`, `needs-pin` or `wrong-pin`. Checked and
	 * counted in one go: who comes at the same time finds it counted.
	 */
	async redeem(token: string, pin?: string): Promise<Grant> {
		const id = grantIdOf(token);
		let refusal: PortholeError | undefined;
		const redeemed = await this.#grants.change(id, (grant) => {
			refusal = undefined;
			if (grant?.tokenHash !== hashLinkToken(token)) throw wrongToken();
			const state = stateOf(grant, this.#wall());
			if (state !== "open") throw refusalFor(grant, state);
			if (grant.pin === undefined) return { ...grant, used: grant.used + 1 };
			if (pin === undefined) throw new PortholeError("needs-pin", "This link needs a PIN.");
			if (isPin(this.#key, id, pin, grant.pin)) return { ...grant, used: grant.used + 1 };
			const tried = { ...grant, wrongPins: grant.wrongPins + 1 };
			const after = stateOf(tried, this.#wall());
			refusal =
				after === "closed" ? refusalFor(tried, after) : new PortholeError("wrong-pin", "The PIN is wrong.");
			return tried;
		});
		if (refusal) throw refusal;
		if (!redeemed) throw revoked();
		return redeemed;
	}

	/**
	 * Ends a grant, and those that were made by whoever came with it. Nothing happens to one that has ended before. Throws
	 * PortholeError `store-unavailable`, where some of them may be left.
	 */
	async revoke(id: string): Promise<Revocation> {
		const grant = this.#grants.get(id);
		if (!grant || !isLive(grant, this.#wall())) return { ended: [] };
		const ended = await Promise.all(this.#family(grant).map((one) => this.#revokeOne(one.id)));
		// Made elsewhere in that moment.
		const late = await Promise.all(this.#family(grant).map((one) => this.#revokeOne(one.id)));
		this.#look();
		const all = [...ended, ...late];
		const unsaved = all.flatMap((one) => one.unsaved ?? [])[0];
		return { ended: all.flatMap((one) => one.ended), ...(unsaved && { unsaved }) };
	}

	/** Remembers who came with a grant: the same person from the same place once, by name as soon as there is one. */
	noteVisit(id: string, visit: Omit<Visit, "at">): void {
		if (!this.#grants.get(id)) return;
		const at = this.#wall();
		this.#changeSometime(id, (grant) => {
			if (!grant) return grant;
			const others = grant.visits.filter(
				({ name, address }) => address !== visit.address || (name !== undefined && name !== visit.name),
			);
			return { ...grant, visits: [{ ...visit, at }, ...others].slice(0, MAX_VISITS) };
		});
	}

	/** Hears of every end from now on. The function returned stops that. */
	onEnd(listener: EndListener): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	/** Stops its timer and waits for what is being written. */
	async close(): Promise<void> {
		this.#closed = true;
		this.#timer();
		this.#unsubscribe();
		await this.#grants.close();
	}

	/** A grant and the live ones that were made by whoever came with it, makers first. */
	#family(grant: Grant): Grant[] {
		const made = this.live().filter(({ madeBy }) => madeBy === grant.id);
		return [grant, ...made.flatMap((other) => this.#family(other))];
	}

	/** Has the grant if it was this that ended it. */
	async #revokeOne(id: string): Promise<Revocation> {
		let ended: Grant | undefined;
		const revocation = () => ({ ended: ended ? [ended] : [] });
		try {
			await this.#grants.change(id, (grant) => {
				ended = undefined;
				if (!grant || !isLive(grant, this.#wall())) return grant;
				ended = { ...grant, ended: { at: this.#wall(), reason: "revoked" } };
				return ended;
			});
			return revocation();
		} catch (error) {
			// It counts all the same, and is written later.
			if (!isUnsaved(error)) throw error;
			return { ...revocation(), unsaved: error };
		}
	}

	/** Throws PortholeError `too-many-grants` or `too-many-requests`. */
	#requireRoom(maker: Grant | undefined): void {
		const live = this.live();
		const refuse = (words: string) => {
			throw new PortholeError("too-many-grants", `${words} Revoke some of them first.`);
		};
		if (live.length >= MAX_LIVE) refuse(`There are ${MAX_LIVE} live links already.`);
		if (!maker) return;
		const ofGuests = live.filter(({ madeBy }) => madeBy !== ownerRights.grantId);
		if (ofGuests.length >= MAX_LIVE_OF_GUESTS)
			refuse(`Guests have made ${MAX_LIVE_OF_GUESTS} live links already.`);
		const link = this.#linkOfOwner(maker);
		const alike = ofGuests.filter((grant) => this.#linkOfOwner(grant) === link);
		if (alike.length >= MAX_LIVE_OF_LINK)
			refuse(`${MAX_LIVE_OF_LINK} live links have come of your own link already.`);
		if (!this.#pace.take(link)) {
			const words = `More than ${MADE_A_MINUTE} links a minute cannot be made by one link's guests. Wait a minute.`;
			throw new PortholeError("too-many-requests", words);
		}
	}

	/** The id of the owner's link that a grant came of, through however many guests. */
	#linkOfOwner(grant: Grant): string {
		let { id, madeBy } = grant;
		for (let maker = this.get(madeBy); maker; maker = this.get(madeBy)) ({ id, madeBy } = maker);
		return id;
	}

	#liveMaker(id: string): Grant {
		const grant = this.#grants.get(id);
		const state = grant ? stateOf(grant, this.#wall()) : "revoked";
		if (grant && state !== "expired" && state !== "revoked") return grant;
		throw grant && state === "expired" ? refusalFor(grant, state) : revoked();
	}

	/** Here or in another process that shares the table. */
	#changed(id: string, _before: Grant | undefined, after: Grant | undefined): void {
		if (!after) return void this.#told.delete(id);
		if (after.ended) return this.#tellEnd(after, after.ended.reason);
		// Made elsewhere while its maker was revoked.
		if (this.#grants.get(after.madeBy)?.ended?.reason === "revoked") this.#revokeOne(id).catch(() => {});
		this.#wait(this.#wall());
	}

	#tellEnd(grant: Grant, reason: GrantEnd): void {
		if (this.#told.has(grant.id)) return;
		this.#told.add(grant.id);
		for (const listener of this.#listeners) listener(grant, reason);
	}

	/** Ends what has expired, forgets what ended long ago, and comes back when the next one expires. */
	#look(): void {
		const now = this.#wall();
		for (const grant of this.#grants.all().values()) {
			if (grant.ended || grant.expires > now) continue;
			const ended = { ...grant, ended: { at: now, reason: "expired" as const } };
			// Told first: an end must not wait for what keeps it.
			this.#tellEnd(ended, "expired");
			this.#changeSometime(grant.id, (current) =>
				current && !current.ended ? { ...current, ended: ended.ended } : current,
			);
		}
		this.#forget(now);
		this.#wait(now);
	}

	#wait(now: WallTime): void {
		this.#timer();
		if (this.#closed) return;
		const next = Math.min(
			...[...this.#grants.all().values()].map(({ id, ended, expires }) =>
				ended || this.#told.has(id) ? Infinity : expires,
			),
		);
		if (next === Infinity) return;
		this.#timer = this.#clock.after(Math.min(Math.max(0, next - now), LOOK_EVERY), () => this.#look());
	}

	#forget(now: WallTime): void {
		const ended = [...this.#grants.all().values()]
			.flatMap(({ id, madeBy, ended }) => (ended ? [{ id, madeBy, at: ended.at }] : []))
			.sort((a, b) => b.at - a.at);
		const ofGuests = ended.filter(({ madeBy }) => madeBy !== ownerRights.grantId);
		const tooMany = new Set([...ended.slice(MAX_ENDED), ...ofGuests.slice(MAX_ENDED_OF_GUESTS)]);
		const old = ended.filter((one) => tooMany.has(one) || now - one.at >= ENDED_FOR);
		for (const { id } of old) this.#changeSometime(id, () => undefined);
	}

	/** For changes that nobody waits for: when they cannot be kept now, a later write holds them. */
	#changeSometime(id: string, next: (current: Grant | undefined) => Grant | undefined): void {
		this.#grants.change(id, next).catch(() => {});
	}
}

/** A grant as ordered, which lasts no longer than the guest's who made it. */
function newGrant(
	key: string,
	order: GrantOrder,
	token: string,
	maker: Grant | undefined,
	now: WallTime,
): Grant {
	const { pin, uses, ...rest } = order;
	const id = grantIdOf(token);
	return {
		...rest,
		expires: Math.min(order.expires, maker?.expires ?? Infinity),
		id,
		tokenHash: hashLinkToken(token),
		created: now,
		used: 0,
		wrongPins: 0,
		visits: [],
		...(uses === undefined ? {} : { uses }),
		...(pin === undefined ? {} : { pin: pinDigest(key, id, pin) }),
	};
}

function grantIdOf(token: string): string {
	return hashLinkToken(token).slice(0, 16);
}
