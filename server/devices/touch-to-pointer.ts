import type { Clock } from "./clock.ts";
import type { Contact } from "./provider.ts";

/** How long a still finger rests before it is a right click, ms. */
export const LONG_PRESS = 550;

/** How far a finger may stray and still tap, as a fraction of the screen's longer side (15 pixels of 1280). */
export const SLOP = 0.012;

/** The pointer of a screen without touch; places are pixels. */
interface PointerActions {
	/** Moves the pointer and sets the held buttons, as in DOM `MouseEvent.buttons`. */
	pointer(x: number, y: number, buttons: number): void;
	/** Scrolls by pixels at a place; positive is right and down. */
	wheel(x: number, y: number, dx: number, dy: number): void;
}

const LEFT = 1;
const RIGHT = 2;

interface Place {
	readonly x: number;
	readonly y: number;
}

type State =
	| { readonly name: "idle" }
	/** One finger that may still become anything. */
	| { readonly name: "resting"; readonly from: Place }
	/** One finger moves with the left button held. */
	| { readonly name: "dragging"; readonly id: number; last: Place }
	/** Two fingers or more scroll. */
	| { readonly name: "scrolling"; last: Place; fingers: number }
	/** Nothing more until all fingers are gone. */
	| { readonly name: "spent" };

/**
 * Turns fingers into a pointer, for screens without touch: a tap clicks, one moving finger drags with the left button, a
 * long press is a right click, and two fingers scroll what is under them.
 */
export class TouchToPointer {
	readonly #actions: PointerActions;
	readonly #clock: Clock;
	readonly #size: () => { width: number; height: number };
	#state: State = { name: "idle" };
	#cancelLongPress = () => {};

	/** `size` is the screen's size now, pixels. */
	constructor(actions: PointerActions, clock: Clock, size: () => { width: number; height: number }) {
		this.#actions = actions;
		this.#clock = clock;
		this.#size = size;
	}

	/** Takes the whole set of contacts now on the screen, 0..1. */
	update(contacts: readonly Contact[]): void {
		const { width, height } = this.#size();
		const places = contacts.map(({ id, x, y }) => ({ id, x: x * width, y: y * height }));
		const first = places[0];
		if (!first) this.#allLifted();
		else if (this.#state.name === "dragging") this.#drag(places, this.#state);
		else if (this.#state.name === "scrolling") this.#scroll(places, this.#state);
		else if (this.#state.name === "spent") return;
		else if (places.length > 1) this.#beginScroll(places);
		else if (this.#state.name === "idle") this.#beginRest(first);
		else this.#rest(first, this.#state.from);
	}

	/** Releases a drag, and never clicks. */
	cancel(): void {
		if (this.#state.name === "dragging") this.#actions.pointer(this.#state.last.x, this.#state.last.y, 0);
		this.#enter({ name: "idle" });
	}

	#enter(state: State): void {
		this.#cancelLongPress();
		this.#cancelLongPress = () => {};
		this.#state = state;
	}

	#beginRest(place: Place): void {
		this.#enter({ name: "resting", from: place });
		this.#actions.pointer(place.x, place.y, 0);
		this.#cancelLongPress = this.#clock.after(LONG_PRESS, () => {
			this.#enter({ name: "spent" });
			this.#click(place, RIGHT);
		});
	}

	#rest(place: Place & { id: number }, from: Place): void {
		const { width, height } = this.#size();
		if (Math.hypot(place.x - from.x, place.y - from.y) <= Math.max(width, height) * SLOP) return;
		this.#enter({ name: "dragging", id: place.id, last: place });
		this.#actions.pointer(from.x, from.y, LEFT);
		this.#actions.pointer(place.x, place.y, LEFT);
	}

	#drag(places: readonly (Place & { id: number })[], state: Extract<State, { name: "dragging" }>): void {
		const place = places.find((candidate) => candidate.id === state.id);
		if (!place) {
			this.#actions.pointer(state.last.x, state.last.y, 0);
			this.#enter({ name: "spent" });
			return;
		}
		state.last = place;
		this.#actions.pointer(place.x, place.y, LEFT);
	}

	#beginScroll(places: readonly Place[]): void {
		const middle = middleOf(places);
		this.#enter({ name: "scrolling", last: middle, fingers: places.length });
		this.#actions.pointer(middle.x, middle.y, 0);
	}

	#scroll(places: readonly Place[], state: Extract<State, { name: "scrolling" }>): void {
		const middle = middleOf(places);
		// With a finger more or less the middle jumps without anything having moved.
		if (places.length === state.fingers) {
			const dx = state.last.x - middle.x;
			const dy = state.last.y - middle.y;
			// What is under the fingers goes with them: against the way the wheel counts.
			if (dx !== 0 || dy !== 0) this.#actions.wheel(middle.x, middle.y, dx, dy);
		}
		state.last = middle;
		state.fingers = places.length;
	}

	#allLifted(): void {
		const state = this.#state;
		this.#enter({ name: "idle" });
		if (state.name === "resting") this.#click(state.from, LEFT);
		else if (state.name === "dragging") this.#actions.pointer(state.last.x, state.last.y, 0);
	}

	#click(place: Place, button: number): void {
		this.#actions.pointer(place.x, place.y, button);
		this.#actions.pointer(place.x, place.y, 0);
	}
}

function middleOf(places: readonly Place[]): Place {
	const sum = places.reduce((total, place) => ({ x: total.x + place.x, y: total.y + place.y }));
	return { x: sum.x / places.length, y: sum.y / places.length };
}
