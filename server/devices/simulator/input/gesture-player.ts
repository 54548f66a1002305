import type { Clock } from "../../clock.ts";
import type { Hands } from "./hands.ts";
import { placeOf, type SystemGesture } from "./system-gestures.ts";

/** Plays one system gesture at a time; a further one begins when the one before has ended. */
export class GesturePlayer {
	readonly #hands: Pick<Hands, "touch">;
	readonly #clock: Clock;
	#gesture: SystemGesture | undefined;
	#step = 0;
	#cancel = () => {};

	constructor(hands: Pick<Hands, "touch">, clock: Clock) {
		this.#hands = hands;
		this.#clock = clock;
	}

	get playing(): boolean {
		return this.#gesture !== undefined;
	}

	/** Begins one; does nothing while another runs. */
	play(gesture: SystemGesture): void {
		if (this.#gesture) return;
		this.#gesture = gesture;
		this.#step = 0;
		this.#hands.touch("down", [gesture.from], gesture.edge);
		this.#later(gesture);
	}

	/** Lifts the finger where it is. */
	stop(): void {
		const gesture = this.#gesture;
		if (!gesture) return;
		this.#cancel();
		this.#gesture = undefined;
		this.#hands.touch("up", [placeOf(gesture, this.#step)], gesture.edge);
	}

	#later(gesture: SystemGesture): void {
		const last = this.#step === gesture.steps;
		this.#cancel = this.#clock.after(last ? gesture.hold : gesture.stepTime, () => {
			if (last) return this.stop();
			this.#step++;
			this.#hands.touch("move", [placeOf(gesture, this.#step)], gesture.edge);
			this.#later(gesture);
		});
	}
}
