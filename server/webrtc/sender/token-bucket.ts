import type { Pace } from "./sender-pool.ts";

/** Keeps to a pace: bytes may go while the bucket is not empty, and the last packet may overdraw it. */
export class TokenBucket {
	#pace: Pace;
	#level: number;
	#time: number;

	/** Full at the start. */
	constructor(pace: Pace, now: number) {
		this.#pace = pace;
		this.#level = pace.burst;
		this.#time = now;
	}

	/** What is in it stays, but for what a smaller burst has no room for. */
	setPace(pace: Pace, now: number): void {
		this.refill(now);
		this.#pace = pace;
		this.#level = Math.min(this.#level, pace.burst);
	}

	refill(now: number): void {
		const gained = (this.#pace.rate / 8000) * Math.max(0, now - this.#time);
		this.#level = Math.min(this.#pace.burst, this.#level + gained);
		this.#time = now;
	}

	get isOpen(): boolean {
		return this.#level > 0;
	}

	take(bytes: number): void {
		this.#level -= bytes;
	}

	/** Milliseconds until something behind `bytes` may go. */
	waitBehind(bytes: number): number {
		return Math.max(0, ((bytes - this.#level) * 8000) / this.#pace.rate);
	}

	get longestWait(): number {
		return this.#pace.longestWait;
	}
}
