import { Backoff } from "../../../signaling/backoff.ts";
import type { Clock } from "../clock.ts";
import { simulatorError } from "./errors.ts";
import type { Hands } from "./input/hands.ts";
import type { Rung, RungTarget } from "./rung.ts";

export interface HandsKeeperParts {
	readonly clock: Clock;
	readonly target: RungTarget;
	/** The way in use. Throws PortholeError while there is none, or the simulator is off. */
	readonly rung: () => Rung;
	/** `failure` is another. */
	readonly changed: () => void;
	readonly random?: () => number;
}

/** The way into one simulator: opened when input comes, again with growing waits when it is lost. */
export class HandsKeeper {
	readonly #parts: HandsKeeperParts;
	readonly #backoff: Backoff;
	#open: { readonly hands: Hands; readonly rung: Rung } | undefined;
	#failure: string | undefined;
	#notBefore = 0;

	constructor(parts: HandsKeeperParts) {
		this.#parts = parts;
		this.#backoff = new Backoff(parts.random);
	}

	/** Why input did not arrive lately. */
	get failure(): string | undefined {
		return this.#failure;
	}

	/** The open way in. Throws PortholeError `input-refused` while it waits before it tries again, or as `openHands`. */
	hands(): Hands {
		const { clock, rung: rungNow, target } = this.#parts;
		const rung = rungNow();
		if (this.#open?.rung === rung) return this.#open.hands;
		this.#shut();
		if (clock.now() < this.#notBefore)
			throw simulatorError("input-refused", this.#failure ?? `${target.name} takes no input now.`);
		const opened: { hands?: Hands } = {};
		const isMine = () => this.#open !== undefined && this.#open.hands === opened.hands;
		const hands = rung.openHands(target, {
			lost: ({ message }) => {
				if (!isMine()) return;
				this.#open = undefined;
				this.#notBefore = clock.now() + this.#backoff.next();
				this.fail(message);
			},
			refused: (words) => {
				if (isMine()) this.fail(words);
			},
		});
		opened.hands = hands;
		this.#open = { hands, rung };
		return hands;
	}

	/** The simulator was switched off or is shown another way: what is open is of no use. */
	reset(): void {
		this.#shut();
		this.#backoff.reset();
		this.#notBefore = 0;
		this.#failure = undefined;
	}

	async close(): Promise<void> {
		const open = this.#open;
		this.#open = undefined;
		await open?.hands.close();
	}

	#shut(): void {
		void this.close();
	}

	/** Something did not arrive: tells why. */
	fail(words: string): void {
		if (words === this.#failure) return;
		this.#failure = words;
		this.#parts.changed();
	}
}
