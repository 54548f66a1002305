import type { MonotonicTime } from "../../signaling/protocol/time.ts";
import type { Clock } from "./clock.ts";

/**
 * Decides when to draw. What input changes is drawn at once, unless input was drawn less than a frame ago; motion is
 * drawn at the frame rate; a still screen is not drawn at all.
 */
export class FrameLoop {
	readonly #clock: Clock;
	readonly #draw: (now: MonotonicTime) => boolean;
	#interval: number;
	#lastInput = Number.NEGATIVE_INFINITY;
	#inputWaits = false;
	#due: number | undefined;
	#cancel = () => {};
	#paused = false;
	#stopped = false;

	/** `draw` draws the screen at a time and tells whether it is in motion; `frameRate` in frames a second. */
	constructor(clock: Clock, frameRate: number, draw: (now: MonotonicTime) => boolean) {
		this.#clock = clock;
		this.#interval = 1000 / frameRate;
		this.#draw = draw;
	}

	set frameRate(frameRate: number) {
		this.#interval = 1000 / frameRate;
	}

	/** Nothing is drawn while paused; afterwards everything that changed meanwhile is, at once. */
	set paused(paused: boolean) {
		if (paused === this.#paused) return;
		this.#paused = paused;
		this.#cancel();
		this.#due = undefined;
		this.#inputWaits = false;
		this.#lastInput = Number.NEGATIVE_INFINITY;
		this.nudge();
	}

	/** Something changed that should be seen as soon as possible. */
	nudge(): void {
		if (this.#stopped || this.#paused) return;
		const now = this.#clock.now();
		const ready = this.#lastInput + this.#interval;
		if (now >= ready) {
			this.#lastInput = now;
			this.#frame(now, now);
		} else {
			this.#inputWaits = true;
			this.#schedule(ready);
		}
	}

	stop(): void {
		this.#stopped = true;
		this.#cancel();
	}

	/** Draws, and goes on while there is motion. `due` is when this frame should have been drawn. */
	#frame(now: MonotonicTime, due: number): void {
		this.#cancel();
		this.#due = undefined;
		if (!this.#draw(now) || this.#stopped || this.#paused) return;
		// Timers are late by a millisecond or so; that must not add up.
		this.#schedule(Math.max(due, now - this.#interval) + this.#interval);
	}

	/** Draws at a time, or earlier if that was already to be. */
	#schedule(time: number): void {
		if (this.#due !== undefined && this.#due <= time) return;
		this.#cancel();
		this.#due = time;
		this.#cancel = this.#clock.after(Math.max(0, time - this.#clock.now()), () => {
			const now = this.#clock.now();
			if (this.#inputWaits) this.#lastInput = now;
			this.#inputWaits = false;
			this.#frame(now, time);
		});
	}
}
