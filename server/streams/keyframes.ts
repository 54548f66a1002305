/** Shortest time between two keyframe requests to a source, milliseconds. */
export const KEYFRAME_INTERVAL = 250;

/**
 * Lets keyframe requests of all viewers through to the source at most once an interval. A request that comes too early
 * is served at the end of the interval, unless a keyframe came by then.
 */
export class KeyframeGate {
	readonly #now: () => number;
	readonly #open: () => void;
	#lastOpened = Number.NEGATIVE_INFINITY;
	#timer: NodeJS.Timeout | undefined;
	#closed = false;

	/** `now` in milliseconds; `open` asks the source. */
	constructor(now: () => number, open: () => void) {
		this.#now = now;
		this.#open = open;
	}

	request(): void {
		if (this.#closed || this.#timer !== undefined) return;
		const wait = this.#lastOpened + KEYFRAME_INTERVAL - this.#now();
		if (wait <= 0) this.#letThrough();
		else this.#timer = setTimeout(() => this.#letThrough(), Math.ceil(wait));
	}

	/** A keyframe goes out to all viewers now: whoever waits is served by it. */
	keyframeSent(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	close(): void {
		this.#closed = true;
		this.keyframeSent();
	}

	#letThrough(): void {
		this.#timer = undefined;
		this.#lastOpened = this.#now();
		this.#open();
	}
}
