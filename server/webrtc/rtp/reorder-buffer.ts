import type { MonotonicTime } from "../../../signaling/protocol/time.ts";

/** Packets that are kept behind a missing one; a jump beyond it starts the stream anew. */
const MAX_AHEAD = 1024;
/** How long a missing packet is waited for, ms. */
const GIVE_UP_AFTER = 400;
/** Time between requests for one packet, ms: more than most round trips. */
const ASK_EVERY = 80;
/** Packets asked for at a time; the oldest, as everything waits for them. */
const MAX_ASKED = 128;

export interface ReorderEvents<T> {
	/** The next packet in order. */
	next(packet: T): void;
	/** Packets are missing for good before the next one. */
	lost(): void;
}

/** Puts packets into order again. Keeps at most 1,024 behind a gap; drops what is late. */
export class ReorderBuffer<T> {
	readonly #events: ReorderEvents<T>;
	readonly #waiting = new Map<number, T>();
	/** When each missing packet was found to be so, and last asked for; ms. */
	readonly #missing = new Map<number, { readonly since: number; askedAt: MonotonicTime }>();
	#next: number | undefined;
	#end = 0;

	constructor(events: ReorderEvents<T>) {
		this.#events = events;
	}

	/** Takes a packet by its index. Whether it was of use: not too late, and not there already. */
	add(index: number, packet: T, now: MonotonicTime): boolean {
		if (this.#next === undefined) this.#next = this.#end = index;
		if (index < this.#next || this.#waiting.has(index)) return false;
		if (index - this.#next > MAX_AHEAD) this.#startAt(index);
		for (let at = this.#end; at < index; at++) {
			if (at >= this.#next) this.#missing.set(at, { since: now, askedAt: Number.NEGATIVE_INFINITY });
		}
		this.#end = Math.max(this.#end, index + 1);
		this.#missing.delete(index);
		this.#waiting.set(index, packet);
		this.#drain();
		return true;
	}

	/** Something is missing; `look` has work to do. */
	get gaps(): boolean {
		return this.#missing.size > 0;
	}

	/** Gives up on what is missing for too long, and gives what is to be asked for (again), the oldest first. */
	look(now: MonotonicTime): number[] {
		const wanted: number[] = [];
		for (const [index, entry] of this.#missing) {
			if (now - entry.since >= GIVE_UP_AFTER) {
				this.#missing.delete(index);
			} else if (now - entry.askedAt >= ASK_EVERY && wanted.length < MAX_ASKED) {
				entry.askedAt = now;
				wanted.push(index);
			}
		}
		this.#skip();
		return wanted;
	}

	/** Passes over packets that are not waited for any more. */
	#skip(): void {
		const kept = [...this.#waiting.keys()].sort((one, other) => one - other);
		const [oldest = Number.POSITIVE_INFINITY] = this.#missing.keys();
		for (const index of kept) {
			if (oldest < index) return;
			// What is in order after a gap has been given with the packet that ended the gap.
			if (!this.#waiting.has(index) || index === this.#next) continue;
			this.#next = index;
			this.#events.lost();
			this.#drain();
		}
	}

	#startAt(index: number): void {
		this.#waiting.clear();
		this.#missing.clear();
		this.#next = index;
		this.#end = index;
		this.#events.lost();
	}

	#drain(): void {
		for (let next = this.#next ?? 0; ; next++) {
			const packet = this.#waiting.get(next);
			this.#next = next;
			if (packet === undefined) return;
			this.#waiting.delete(next);
			this.#events.next(packet);
		}
	}
}
