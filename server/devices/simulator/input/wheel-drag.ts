import type { Size } from "../../../../signaling/protocol/device.ts";
import type { Clock } from "../../clock.ts";
import type { InputBackend, Place } from "../backend.ts";

/** How long the wheel rests before the finger is lifted, ms: a still finger leaves no swing behind. */
export const WHEEL_RESTS = 120;
/** Turns within this time are one move, ms. */
export const WHEEL_STEP = 16;

/** How far from the edges the finger keeps, as a fraction of the screen: nearer it would be a gesture of the system. */
const MARGIN = 0.06;

/**
 * Scrolls by dragging one finger, as simulators do not take wheels: it is put down where the pointer is, moves against
 * the wheel, is lifted after a rest, and put down again when it reaches the end of the screen.
 */
export class WheelDrag {
	readonly #inputBackend: Pick<InputBackend, "touch">;
	readonly #clock: Clock;
	readonly #pixels: () => Size;
	/** Where it is put down. */
	#from: Place = { x: 0.5, y: 0.5 };
	/** Where it is, while it is down. */
	#at: Place | undefined;
	/** Not moved yet, 0..1 of the screen. */
	#left = { x: 0, y: 0 };
	#cancelStep: (() => void) | undefined;
	#cancelRest = () => {};

	constructor(inputBackend: Pick<InputBackend, "touch">, clock: Clock, pixels: () => Size) {
		this.#inputBackend = inputBackend;
		this.#clock = clock;
		this.#pixels = pixels;
	}

	/** Scrolls by device pixels at a place 0..1; positive is right and down, so that the finger goes left and up. */
	turn(x: number, y: number, dx: number, dy: number): void {
		const { width, height } = this.#pixels();
		this.#from = { x: within(x), y: within(y) };
		// More than a screen at once is a screen.
		this.#left = { x: cut(this.#left.x - dx / width), y: cut(this.#left.y - dy / height) };
		if (!this.#at) this.#put();
		this.#cancelStep ??= this.#clock.after(WHEEL_STEP, () => this.#step());
		this.#rest();
	}

	/** Lifts the finger now. */
	release(): void {
		this.#cancelStep?.();
		this.#cancelStep = undefined;
		this.#cancelRest();
		this.#left = { x: 0, y: 0 };
		if (!this.#at) return;
		const at = this.#at;
		this.#at = undefined;
		this.#inputBackend.touch("up", [at], "none");
	}

	#put(): void {
		this.#at = this.#from;
		this.#inputBackend.touch("down", [this.#from], "none");
	}

	#step(): void {
		this.#cancelStep = undefined;
		const at = this.#at;
		if (!at) return;
		const next = { x: within(at.x + this.#left.x), y: within(at.y + this.#left.y) };
		const rest = { x: at.x + this.#left.x - next.x, y: at.y + this.#left.y - next.y };
		this.#left = { x: 0, y: 0 };
		if (next.x !== at.x || next.y !== at.y) {
			this.#at = next;
			this.#inputBackend.touch("move", [next], "none");
		}
		const ended = Math.abs(rest.x) > 1e-6 || Math.abs(rest.y) > 1e-6;
		// From the place where the wheel is there is room again.
		const hasRoom = next.x !== this.#from.x || next.y !== this.#from.y;
		if (!ended || !hasRoom) return;
		this.#inputBackend.touch("up", [next], "none");
		this.#put();
		this.#left = rest;
		this.#cancelStep = this.#clock.after(WHEEL_STEP, () => this.#step());
	}

	#rest(): void {
		this.#cancelRest();
		this.#cancelRest = this.#clock.after(WHEEL_RESTS, () => this.release());
	}
}

function within(value: number): number {
	return Math.min(1 - MARGIN, Math.max(MARGIN, value));
}

function cut(value: number): number {
	return Math.min(1, Math.max(-1, value));
}
