import type { Clock } from "../clock.ts";

/** How long the demo takes to start, ms. */
export const BOOT_TAKES = 1_500;

/** The demo's power switch: off at once, on after a while. */
export class DemoPower {
	readonly #clock: Clock;
	readonly #changed: () => void;
	#state: "off" | "starting" | "on" = "on";
	#cancel = () => {};

	constructor(clock: Clock, changed: () => void) {
		this.#clock = clock;
		this.#changed = changed;
	}

	get state(): "off" | "starting" | "on" {
		return this.#state;
	}

	/** Does nothing where it is so, or on its way. */
	switch(on: boolean): void {
		if (on === (this.#state !== "off")) return;
		this.#cancel();
		if (on) this.#cancel = this.#clock.after(BOOT_TAKES, () => this.#become("on"));
		this.#become(on ? "starting" : "off");
	}

	close(): void {
		this.#cancel();
	}

	#become(state: "off" | "starting" | "on"): void {
		this.#state = state;
		this.#changed();
	}
}
