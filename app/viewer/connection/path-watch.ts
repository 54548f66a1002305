import type { Clock } from "../../../signaling/protocol/time.ts";

/** What the path to the host is like when nothing comes over it: what is shown may be old, or the host does not answer. */
export type Silence = "silent" | "unanswered";

/** How often the host is asked while nothing comes, ms. */
const EVERY = 500;
/** Silence after which what is shown may be old, ms. */
export const SILENT_AFTER = 1500;
/** Silence after which the host does not answer, ms. */
export const UNANSWERED_AFTER = 3500;

interface PathParts {
	readonly clock: Clock;
	/** Asks the host for an answer. */
	ping(): void;
	/** Grows with everything that comes over the path, of whatever kind. */
	received(): Promise<number>;
	/** Whether the page is seen; the timers of one that is not are late. */
	shown(): boolean;
	changed(silence: Silence | undefined): void;
}

/** Notices within two seconds that nothing comes from the host any more, long before the browser gives the path up. */
export class PathWatch {
	readonly #parts: PathParts;
	#heardAt: number;
	#tickedAt: number;
	#received = 0;
	#silence: Silence | undefined;
	#cancel = () => {};
	#closed = false;

	constructor(parts: PathParts) {
		this.#parts = parts;
		this.#heardAt = this.#tickedAt = parts.clock.now();
		this.#plan();
	}

	/** Something came from the host. */
	heard(): void {
		this.#heardAt = this.#parts.clock.now();
		this.#judge();
	}

	close(): void {
		this.#closed = true;
		this.#cancel();
	}

	#plan(): void {
		this.#cancel = this.#parts.clock.after(EVERY, () => this.#tick());
	}

	#tick(): void {
		const now = this.#parts.clock.now();
		// After a sleep, or in a page that is not seen, what was sent meanwhile still waits to be read.
		if (now - this.#tickedAt > 2 * EVERY || !this.#parts.shown()) this.#heardAt = now;
		this.#tickedAt = now;
		this.#plan();
		// Timers and messages are not exact: a path that is asked this often has not been silent yet.
		if (now - this.#heardAt >= EVERY * 0.9) {
			this.#parts.ping();
			// Answers may be held up by a loss before them; packets say that the host is there.
			void this.#parts.received().then((received) => this.#count(received));
		}
		this.#judge();
	}

	#count(received: number): void {
		if (this.#closed || received === this.#received) return;
		const isFirst = this.#received === 0;
		this.#received = received;
		if (!isFirst) this.heard();
	}

	#judge(): void {
		if (this.#closed) return;
		const silent = this.#parts.clock.now() - this.#heardAt;
		const silence = silent >= UNANSWERED_AFTER ? "unanswered" : silent >= SILENT_AFTER ? "silent" : undefined;
		if (silence === this.#silence) return;
		this.#silence = silence;
		this.#parts.changed(silence);
	}
}
