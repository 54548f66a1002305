import { encodeHostMessage } from "../../signaling/protocol/input-codec.ts";
import type { Clock } from "../devices/clock.ts";

/** Each viewer's pointer is shown to the others at most this often, ms: 30 times a second. */
export const POINTER_EVERY = 1000 / 30;
/** Messages in one round, at most; pointers beyond it wait for the next, where only their newest place counts. */
const MAX_SENDS = 256;

/** A viewer that sees the pointers of others, and may move its own. */
export interface Pointing {
	/** The viewer's number within the device. */
	readonly number: number;
	send(message: Uint8Array): void;
}

interface Place {
	x: number;
	y: number;
}

/** Shows everybody on a device where the others point. Of each pointer only the newest place waits. */
export class Pointers {
	readonly #clock: Clock;
	readonly #places = new Map<Pointing, Place>();
	/** Who moved since the last round, the longest waiting first. */
	readonly #moved = new Set<Pointing>();
	#roundAt = Number.NEGATIVE_INFINITY;
	#cancelRound: (() => void) | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	add(viewer: Pointing): void {
		this.#places.set(viewer, { x: 0, y: 0 });
	}

	remove(viewer: Pointing): void {
		this.#places.delete(viewer);
		this.#moved.delete(viewer);
	}

	/** A viewer points somewhere, 0..1 of the frame as it comes. */
	move(viewer: Pointing, x: number, y: number): void {
		const place = this.#places.get(viewer);
		if (!place || this.#places.size < 2) return;
		place.x = x;
		place.y = y;
		this.#moved.add(viewer);
		if (this.#cancelRound) return;
		const wait = this.#roundAt + POINTER_EVERY - this.#clock.now();
		if (wait > 0) this.#later(Math.min(wait, POINTER_EVERY));
		else this.#round();
	}

	close(): void {
		this.#cancelRound?.();
		this.#cancelRound = undefined;
		this.#places.clear();
		this.#moved.clear();
	}

	#round(): void {
		this.#roundAt = this.#clock.now();
		let sends = 0;
		for (const mover of this.#moved) {
			sends += this.#places.size - 1;
			if (sends > MAX_SENDS && sends > this.#places.size - 1) break;
			this.#moved.delete(mover);
			this.#show(mover);
		}
		if (this.#moved.size > 0) this.#later(POINTER_EVERY);
	}

	#show(mover: Pointing): void {
		const place = this.#places.get(mover);
		if (!place) return;
		const message = encodeHostMessage({ type: "other", number: mover.number, x: place.x, y: place.y });
		for (const viewer of this.#places.keys()) if (viewer !== mover) viewer.send(message);
	}

	#later(ms: number): void {
		this.#cancelRound = this.#clock.after(ms, () => {
			this.#cancelRound = undefined;
			this.#round();
		});
	}
}
