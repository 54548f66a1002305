import type { Clock, WallClock } from "../../signaling/protocol/time.ts";

interface Timer {
	readonly at: number;
	readonly callback: () => void;
}

/** A clock that stands still until a test advances it; timers run in the order of their times. */
export class FakeClock implements Clock {
	#now: number;
	#wallAhead = 0;
	#timers = new Set<Timer>();

	constructor(start = 1_700_000_000_000) {
		this.#now = start;
	}

	now(): number {
		return this.#now;
	}

	/** The wall clock beside it, which shows the same until it is set. */
	readonly wall: WallClock = () => this.#now + this.#wallAhead;

	/** Somebody sets the wall clock forward, or back. No time passes. */
	setWall(by: number): void {
		this.#wallAhead += by;
	}

	after(delay: number, callback: () => void): () => void {
		const timer = { at: this.#now + delay, callback };
		this.#timers.add(timer);
		return () => void this.#timers.delete(timer);
	}

	/** How many timers wait. */
	get pending(): number {
		return this.#timers.size;
	}

	/** How long until the next timer is due, ms. */
	get nextIn(): number | undefined {
		const next = this.#next(Number.POSITIVE_INFINITY);
		return next && next.at - this.#now;
	}

	/** Lets time pass, and everything that falls due in it happen. */
	advance(ms: number): void {
		const end = this.#now + ms;
		for (let next = this.#next(end); next; next = this.#next(end)) {
			this.#timers.delete(next);
			this.#now = next.at;
			next.callback();
		}
		this.#now = end;
	}

	/** As `advance`, with the promises of each millisecond settled before the next begins. */
	async pass(ms: number, step = ms): Promise<void> {
		for (let left = ms; left > 0; left -= step) {
			this.advance(Math.min(step, left));
			await settled();
		}
	}

	#next(end: number): Timer | undefined {
		let next: Timer | undefined;
		for (const timer of this.#timers) {
			if (timer.at <= end && (!next || timer.at < next.at)) next = timer;
		}
		return next;
	}
}

/** Every microtask that is waiting now, and those they lead to, have run. */
export function settled(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
