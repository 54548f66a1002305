import { randomBytes } from "node:crypto";
import { type Clock, wallClock } from "../clock.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { Role } from "../protocol/messages.ts";
import { type GrantStore, MemoryGrantStore } from "../store/grant-store.ts";
import { LatestWrite } from "../store/latest-write.ts";
import { type Grant, type GrantEnd, isLive, MAX_VISITS, stateOf, type Visit } from "./grant.ts";
import { isPin, pinDigest } from "./pin.ts";
import { refusalFor, revoked } from "./refusal.ts";
import { ownerRights } from "./rights.ts";

/** Live grants, at most. */
export const MAX_LIVE = 1_000;
/** Ended grants kept, so that their links are told why; the ones that ended first are forgotten. */
export const MAX_ENDED = 200;
/** How long they are kept, ms. */
const ENDED_FOR = 7 * 24 * 3600 * 1000;
/** Longest wait of one timer, ms: a computer that slept notices soon after. */
const LOOK_EVERY = 60_000;

/** What a new grant is to be. Times are ms since the epoch. */
export interface GrantOrder {
	readonly deviceId: string;
	readonly role: Role;
	readonly label: string;
	readonly madeBy: string;
	readonly expires: number;
	readonly pin?: string | undefined;
	readonly uses?: number | undefined;
}

/** Called once for each grant that ends while the book is open. */
type EndListener = (grant: Grant, end: GrantEnd) => void;

/**
 * All grants: what is in here counts, whatever a token or a cookie says. Changes count at once; a method's promise
 * settles when they are in the store, and rejects with `state-not-writable` when they could not be kept.
 */
export class GrantBook {
	readonly #grants = new Map<string, Grant>();
	readonly #key: string;
	readonly #clock: Clock;
	readonly #write: LatestWrite;
	readonly #listeners = new Set<EndListener>();
	#timer = () => {};
	#closed = false;

	/** @param key the server's signing key. An empty book; see `open`. */
	constructor(key: string, { clock = wallClock, store = new MemoryGrantStore() as GrantStore } = {}) {
		this.#key = key;
		this.#clock = clock;
		this.#write = new LatestWrite(() => store.save([...this.#grants.values()]));
	}

	/** A book with what the store holds. Throws PortholeError as the store does. */
	static async open(key: string, store: GrantStore, clock: Clock = wallClock): Promise<GrantBook> {
		const book = new GrantBook(key, { clock, store });
		for (const grant of await store.load()) book.#grants.set(grant.id, grant);
		// Nothing is written yet: this server may still find that another one runs here.
		book.#wait(book.#clock.now());
		return book;
	}

	/**
	 * Makes a grant; one made by a guest lasts no longer than the guest may stay. Throws PortholeError
	 * `too-many-grants`, and `expired` or `revoked` when the right to make it has just ended.
	 */
	async create(order: GrantOrder): Promise<Grant> {
		const { pin, uses, ...rest } = order;
		const now = this.#clock.now();
		const maker = order.madeBy === ownerRights.grantId ? undefined : this.#liveMaker(order.madeBy);
		if (this.live().length >= MAX_LIVE) {
			throw new PortholeError(
				"too-many-grants",
				`There are ${MAX_LIVE} live links already. Revoke some of them first.`,
			);
		}
		const id = randomBytes(8).toString("hex");
		const grant: Grant = {
			...rest,
			expires: Math.min(order.expires, maker?.expires ?? Infinity),
			id,
			created: now,
			used: 0,
			wrongPins: 0,
			visits: [],
			...(uses === undefined ? {} : { uses }),
			...(pin === undefined ? {} : { pin: pinDigest(this.#key, id, pin) }),
		};
		this.#grants.set(id, grant);
		try {
			await this.#write.request();
		} catch (error) {
			this.#grants.delete(id);
			throw error;
		}
		this.#look();
		return grant;
	}

	/** The grant of an id, also for a while after it has ended. */
	get(id: string): Grant | undefined {
		return this.#grants.get(id);
	}

	/** All that are neither expired nor revoked, the oldest first. */
	live(): Grant[] {
		const now = this.#clock.now();
		return [...this.#grants.values()].filter((grant) => isLive(grant, now));
	}

	/**
	 * Spends one use. Throws PortholeError `revoked`, `expired`, `too-many-tries`, `used-up`, `needs-pin` or
	 * `wrong-pin`. Checked and counted in one go: who comes at the same time finds it counted.
	 */
	async redeem(id: string, pin?: string): Promise<Grant> {
		const grant = this.#grants.get(id);
		if (!grant) throw revoked();
		const state = stateOf(grant, this.#clock.now());
		if (state !== "open") throw refusalFor(grant, state);
		if (grant.pin !== undefined) {
			if (pin === undefined) throw new PortholeError("needs-pin", "This link needs a PIN.");
			if (!isPin(this.#key, id, pin, grant.pin)) return this.#refusePin(grant);
		}
		const used = { ...grant, used: grant.used + 1 };
		this.#grants.set(id, used);
		await this.#write.request();
		return used;
	}

	/**
	 * Ends a grant, and those that were made by whoever came with it; gives all that it ended. Nothing happens to one
	 * that has ended before.
	 */
	async revoke(id: string): Promise<readonly Grant[]> {
		const ended = this.#revoke(id);
		this.#look();
		if (ended.length > 0) await this.#write.request();
		return ended;
	}

	/** Remembers who came with a grant: the same person from the same place once, by name as soon as there is one. */
	noteVisit(id: string, visit: Omit<Visit, "at">): void {
		const grant = this.#grants.get(id);
		if (!grant) return;
		const others = grant.visits.filter(
			({ name, address }) => address !== visit.address || (name !== undefined && name !== visit.name),
		);
		const visits = [{ ...visit, at: this.#clock.now() }, ...others].slice(0, MAX_VISITS);
		this.#grants.set(id, { ...grant, visits });
		this.#writeSometime();
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
		await this.#write.idle();
	}

	async #refusePin(grant: Grant): Promise<never> {
		const tried = { ...grant, wrongPins: grant.wrongPins + 1 };
		this.#grants.set(grant.id, tried);
		await this.#write.request();
		const state = stateOf(tried, this.#clock.now());
		throw state === "closed" ? refusalFor(tried, state) : new PortholeError("wrong-pin", "The PIN is wrong.");
	}

	#revoke(id: string): Grant[] {
		const grant = this.#grants.get(id);
		if (!grant || !isLive(grant, this.#clock.now())) return [];
		this.#end(grant, "revoked");
		const made = [...this.#grants.values()].filter(({ madeBy }) => madeBy === id);
		return [grant, ...made.flatMap((other) => this.#revoke(other.id))];
	}

	#liveMaker(id: string): Grant {
		const grant = this.#grants.get(id);
		const state = grant ? stateOf(grant, this.#clock.now()) : "revoked";
		if (grant && state !== "expired" && state !== "revoked") return grant;
		throw grant && state === "expired" ? refusalFor(grant, state) : revoked();
	}

	#end(grant: Grant, reason: GrantEnd): void {
		const ended = { ...grant, ended: { at: this.#clock.now(), reason } };
		this.#grants.set(grant.id, ended);
		for (const listener of this.#listeners) listener(ended, reason);
	}

	/** Ends what has expired, forgets what ended long ago, and comes back when the next one expires. */
	#look(): void {
		const now = this.#clock.now();
		const due = [...this.#grants.values()].filter((grant) => !grant.ended && grant.expires <= now);
		for (const grant of due) this.#end(grant, "expired");
		const forgotten = this.#forget(now);
		if (due.length + forgotten > 0) this.#writeSometime();
		this.#wait(now);
	}

	#wait(now: number): void {
		this.#timer();
		if (this.#closed) return;
		const next = Math.min(
			...[...this.#grants.values()].map(({ ended, expires }) => (ended ? Infinity : expires)),
		);
		if (next === Infinity) return;
		this.#timer = this.#clock.after(Math.min(Math.max(0, next - now), LOOK_EVERY), () => this.#look());
	}

	#forget(now: number): number {
		const ended = [...this.#grants.values()]
			.flatMap(({ id, ended }) => (ended ? [{ id, at: ended.at }] : []))
			.sort((a, b) => b.at - a.at);
		const old = ended.filter(({ at }, index) => index >= MAX_ENDED || now - at >= ENDED_FOR);
		for (const { id } of old) this.#grants.delete(id);
		return old.length;
	}

	/** For changes that nobody waits for: when they cannot be kept now, the next write holds them. */
	#writeSometime(): void {
		this.#write.request().catch(() => {});
	}
}
