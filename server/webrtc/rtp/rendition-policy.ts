import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import type { Rendition } from "../../devices/provider.ts";
import type { MaxBitrates, TargetBitrates } from "../media.ts";

/** Share of the shown viewers that the main rendition's rate suits: of ten, two may be left behind. */
const SHARE = 0.8;

/** Share of an estimate that frames may use; the rest is for headers, retransmissions and probes. */
export const USABLE = 0.9;

/** Floors, bits per second. Below the main floor the frame is better at half the size. */
const MIN_SMALL = 150e3;
const MIN_MAIN_SHARE = 0.25;

/** A target bitrate that would change by less than this share is left as it was. */
const STEADY = 0.04;

/** What the policy knows of a subscriber. */
export interface SubscriberState {
	/** Whether its page is seen. */
	readonly shown: boolean;
	/** What its path carries, bits per second. */
	readonly estimate: number;
	/** What it will carry again as soon as a queue is drained; as the estimate when absent. */
	readonly sustained?: number;
	/** Whether the estimate comes from the path yet. */
	readonly measured: boolean;
}

interface PolicySubscriber {
	state: SubscriberState;
	readonly choice: RenditionChoice;
}

/**
 * One encoder, every viewer at its own best. Pure: what is known of the viewers goes in, rates and renditions come out.
 *
 * The main rate is the highest that at least 80 % of the shown viewers can take (so one or two are followed, and of ten
 * two may be left behind), between a floor and what the source gives. Whoever cannot keep up with it gets the small
 * rendition, whose rate follows those on it in the same way down to 150 kbit/s; below that the sender skips frames.
 * Whoever is not known yet counts as able to take the main rendition. Without a small rendition all stay on the main
 * one, and its floor is as low as the small one's. Hidden viewers take nothing.
 */
export class RenditionPolicy {
	readonly #subscribers = new Map<string, PolicySubscriber>();
	#maxBitrates: MaxBitrates;
	#targetBitrates: TargetBitrates = {};

	constructor(maxBitrates: MaxBitrates) {
		this.#maxBitrates = maxBitrates;
	}

	/** Bit rates wanted of the source; the same object until they change. */
	get targetBitrates(): TargetBitrates {
		return this.#targetBitrates;
	}

	/** What is worth probing for, for any viewer: with less no viewer could be seen to be fit for the main rendition. */
	get wanted(): number {
		return (1.3 * this.#maxBitrates.main) / USABLE;
	}

	setMaxBitrates(maxBitrates: MaxBitrates): void {
		this.#maxBitrates = maxBitrates;
	}

	setSubscriber(id: string, state: SubscriberState): void {
		const subscriber = this.#subscribers.get(id);
		if (subscriber === undefined) this.#subscribers.set(id, { state, choice: new RenditionChoice() });
		else subscriber.state = state;
	}

	removeSubscriber(id: string): void {
		this.#subscribers.delete(id);
	}

	/** The rendition for a subscriber; absent: none. */
	rendition(id: string): Rendition | undefined {
		const subscriber = this.#subscribers.get(id);
		return subscriber?.state.shown ? subscriber.choice.rendition : undefined;
	}

	/** Decides anew at a time in milliseconds. To be called when a viewer's state changes, and a few times a second. */
	update(now: MonotonicTime): void {
		const shown = [...this.#subscribers.values()].filter(({ state }) => state.shown);
		const main = this.#mainRate(shown);
		for (const subscriber of shown) {
			const { state, choice } = subscriber;
			if (this.#maxBitrates.small === undefined || !state.measured) choice.stayOnMain(now);
			else choice.decide(this.#fitness(subscriber, shown, main), now);
		}
		const small = shown.filter(({ choice }) => choice.rendition === "small");
		const rate = small.length < shown.length ? this.#mainRate(shown) : undefined;
		this.#setTargetBitrates(rate, this.#smallRate(small));
	}

	/** How many times what the main rendition needs a viewer can take. */
	#fitness(subscriber: PolicySubscriber, shown: readonly PolicySubscriber[], main: number): number {
		const { estimate, sustained = estimate } = subscriber.state;
		const usable = USABLE * Math.max(estimate, sustained);
		if (subscriber.choice.rendition === "main") return usable / main;
		// Where enough others keep the main rate up it must reach that; else it would be followed, down to the floor.
		const enough = knownOnMain(shown).length >= Math.ceil(SHARE * shown.length);
		return usable / (enough ? main : this.#minMain);
	}

	get #minMain(): number {
		const { main, small } = this.#maxBitrates;
		return small === undefined ? Math.min(MIN_SMALL, main) : MIN_MAIN_SHARE * main;
	}

	/** The rate for those on the main rendition. Newcomers, not known yet, slow nobody down; alone they start it. */
	#mainRate(shown: readonly PolicySubscriber[]): number {
		const groups = [knownOnMain(shown), shown.filter(({ state }) => !state.measured), shown];
		const rates = (groups.find(({ length }) => length > 0) ?? []).map(({ state }) => state.estimate);
		return within(USABLE * suiting(rates, shown.length), this.#minMain, this.#maxBitrates.main);
	}

	#smallRate(subscribers: readonly PolicySubscriber[]): number | undefined {
		const { small } = this.#maxBitrates;
		if (subscribers.length === 0 || small === undefined) return undefined;
		const rates = subscribers.map(({ state }) => state.estimate);
		return within(USABLE * suiting(rates, rates.length), MIN_SMALL, small);
	}

	#setTargetBitrates(main: number | undefined, small: number | undefined): void {
		const before = this.#targetBitrates;
		const steady = {
			main: steadied(main, before.main, this.#maxBitrates.main),
			small: steadied(small, before.small, this.#maxBitrates.small ?? 0),
		};
		if (steady.main === before.main && steady.small === before.small) return;
		this.#targetBitrates = {
			...(steady.main === undefined ? {} : { main: steady.main }),
			...(steady.small === undefined ? {} : { small: steady.small }),
		};
	}
}

function knownOnMain(shown: readonly PolicySubscriber[]): PolicySubscriber[] {
	return shown.filter(({ state, choice }) => state.measured && choice.rendition === "main");
}

/** The highest of some rates that enough of `viewers` reach; the least when some of them are left behind already. */
function suiting(rates: readonly number[], viewers: number): number {
	const sorted = rates.toSorted((a, b) => b - a);
	return sorted[Math.min(Math.ceil(SHARE * viewers), sorted.length) - 1] ?? 0;
}

/** What a source can give goes before a floor. */
function within(rate: number, min: number, max: number): number {
	return Math.round(Math.min(Math.max(rate, min), max));
}

function steadied(rate: number | undefined, before: number | undefined, max: number): number | undefined {
	if (rate === undefined || before === undefined || before > max || rate === max) return rate;
	return Math.abs(rate - before) < STEADY * before ? before : rate;
}

/** Share of the main rate that a viewer on it must be able to take, and below which it leaves at once. */
const KEEP = 0.9;
const HOPELESS = 0.5;
/** It may be below for so long, milliseconds. */
const PATIENCE = 1000;

/** Share of the main rate that a viewer must be able to take to come back, and for how long at first (ms). */
const RETURN = 1.25;
const RETURN_AFTER = 1500;

/** Who fell back so soon after a return must wait twice as long for the next; at most so long, milliseconds. */
const RELAPSE = 15_000;
const LONGEST_RETURN = 24_000;

/** A viewer that can take so many times the main rate need not wait longer than at first. */
const PLENTY = 3;

/** Which rendition one viewer gets, so that nobody flaps. */
export class RenditionChoice {
	#rendition: Rendition = "main";
	/** Since when it has been fit for the other rendition. */
	#since: number | undefined;
	#returnedAt = Number.NEGATIVE_INFINITY;
	#returnAfter = RETURN_AFTER;

	get rendition(): Rendition {
		return this.#rendition;
	}

	/** Decides at `now` (ms) for a viewer that can take `share` times the main rate. */
	decide(share: number, now: MonotonicTime): void {
		if (this.#rendition === "main") this.#perhapsLeave(share, now);
		else this.#perhapsReturn(share, now);
	}

	/** There is nothing else, or nothing known. */
	stayOnMain(now: MonotonicTime): void {
		if (this.#rendition === "small") this.#returnedAt = now;
		this.#rendition = "main";
		this.#since = undefined;
	}

	#perhapsLeave(share: number, now: MonotonicTime): void {
		if (share >= KEEP) {
			this.#since = undefined;
			return;
		}
		this.#since ??= now;
		if (share >= HOPELESS && now - this.#since < PATIENCE) return;
		this.#rendition = "small";
		this.#since = undefined;
		const relapsed = now - this.#returnedAt < RELAPSE;
		this.#returnAfter = relapsed ? Math.min(2 * this.#returnAfter, LONGEST_RETURN) : RETURN_AFTER;
	}

	#perhapsReturn(share: number, now: MonotonicTime): void {
		if (share < RETURN) {
			this.#since = undefined;
			return;
		}
		this.#since ??= now;
		const wait = share >= PLENTY ? RETURN_AFTER : this.#returnAfter;
		if (now - this.#since < wait) return;
		this.#rendition = "main";
		this.#since = undefined;
		this.#returnedAt = now;
	}
}
