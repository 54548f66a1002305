import type { Clock } from "../clock.ts";

/** How long a key is held before it repeats, and then how often, ms. */
const DELAY = 450;
const INTERVAL = 35;

/** Repeats the last key that went down for as long as it is held, as a keyboard's driver does. */
export class KeyRepeat {
	readonly #clock: Clock;
	#code: string | undefined;
	#cancel: (() => void) | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	start(code: string, action: () => void): void {
		this.stop();
		this.#code = code;
		const again = () => {
			this.#cancel = this.#clock.after(INTERVAL, again);
			action();
		};
		this.#cancel = this.#clock.after(DELAY, again);
	}

	/** Ends the repeat of one key, or of whichever repeats. */
	stop(code: string | undefined = this.#code): void {
		if (code !== this.#code) return;
		this.#cancel?.();
		this.#cancel = undefined;
		this.#code = undefined;
	}
}
