import type { TouchContact, ViewerMessage } from "../../../signaling/protocol/input.ts";

type PointerMessage = Extract<ViewerMessage, { type: "pointer" }>;

const LEFT = 1;
const RIGHT = 2;
/** How long a finger rests until it means a right click, ms. */
export const LONG_PRESS = 500;
/** How far a resting finger may move, of the screen's shorter side. */
const STILL_WITHIN = 0.012;

/**
 * Makes a mouse of the first finger, for devices that take a pointer but no touch: a tap clicks, a drag drags, a long
 * press is a right click. The button goes down only once it is clear which it is.
 */
export class TouchPointer {
	readonly #send: (message: PointerMessage) => void;
	readonly #after: (ms: number, callback: () => void) => () => void;
	#start: TouchContact | undefined;
	#last: TouchContact | undefined;
	#buttons = 0;
	#done = false;
	#cancelPress = () => {};

	constructor(
		send: (message: PointerMessage) => void,
		after: (ms: number, callback: () => void) => () => void,
	) {
		this.#send = send;
		this.#after = after;
	}

	contacts([finger]: readonly TouchContact[]): void {
		if (finger && !this.#start) this.#begin(finger);
		else if (finger) this.#move(finger);
		else if (this.#start) this.#end();
	}

	#begin(finger: TouchContact): void {
		this.#start = this.#last = finger;
		this.#done = false;
		this.#tell(0);
		this.#cancelPress = this.#after(LONG_PRESS, () => this.#rightClick());
	}

	#move(finger: TouchContact): void {
		this.#last = finger;
		if (this.#done) return;
		const start = this.#start as TouchContact;
		if (this.#buttons === 0 && Math.hypot(finger.x - start.x, finger.y - start.y) > STILL_WITHIN) {
			this.#cancelPress();
			this.#last = start;
			this.#tell(LEFT);
			this.#last = finger;
		}
		if (this.#buttons) this.#tell(LEFT);
	}

	#end(): void {
		this.#cancelPress();
		if (!this.#done) {
			if (this.#buttons === 0) this.#tell(LEFT);
			this.#tell(0);
		}
		this.#start = this.#last = undefined;
	}

	#rightClick(): void {
		this.#done = true;
		this.#tell(RIGHT);
		this.#tell(0);
	}

	#tell(buttons: number): void {
		if (!this.#last) return;
		this.#buttons = buttons;
		this.#send({ type: "pointer", x: this.#last.x, y: this.#last.y, buttons });
	}
}
