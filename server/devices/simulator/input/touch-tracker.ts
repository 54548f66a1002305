import type { Size } from "../../../../signaling/protocol/device.ts";
import type { Clock } from "../../clock.ts";
import type { Contact } from "../../provider.ts";
import type { InputBackend, Place, TouchEdge } from "../backend.ts";

/**
 * How long the first finger of a touch screen is held back, ms. Two fingers never land in one moment; a first one that was
 * down already would have to be lifted for the pinch, and what is under it would take that for a tap. A finger that
 * moves or is lifted is passed on at once.
 */
export const SECOND_FINGER_WITHIN = 25;

interface Finger extends Place {
	readonly key: string;
	readonly edge: TouchEdge;
}

type State =
	| { readonly name: "idle" }
	/** One finger, not told yet. */
	| { readonly name: "waiting"; readonly finger: Finger }
	| { readonly name: "down"; fingers: readonly Finger[] }
	/** A touch ended while fingers are still there: they do nothing more. */
	| { readonly name: "spent" };

/**
 * Makes touches of one or two fingers out of contacts, or of a mouse's left button. Of more than two the first two count.
 * When the number changes while fingers are down, the touch ends: a second finger begins a new one of two, and
 * what is left of two does nothing more.
 */
export class TouchTracker {
	readonly #inputBackend: Pick<InputBackend, "touch">;
	readonly #clock: Clock;
	readonly #points: () => Size;
	#contacts: readonly Finger[] = [];
	#mouse: Finger | undefined;
	#state: State = { name: "idle" };
	#cancelWait = () => {};

	constructor(inputBackend: Pick<InputBackend, "touch">, clock: Clock, points: () => Size) {
		this.#inputBackend = inputBackend;
		this.#clock = clock;
		this.#points = points;
	}

	/** Whether anything is on the screen. */
	get touching(): boolean {
		return this.#contacts.length > 0 || this.#mouse !== undefined;
	}

	/** The whole set of contacts. */
	contacts(contacts: readonly Contact[]): void {
		// In the order of their coming: who was there stays first.
		const known = this.#contacts.map(({ key }) => key);
		const rank = ({ key }: Finger) => (known.includes(key) ? known.indexOf(key) : known.length);
		this.#contacts = contacts
			.map(({ id, x, y, edge }) => this.#finger(`contact ${id}`, { x, y }, edge))
			.sort((one, other) => rank(one) - rank(other));
		this.#update(true);
	}

	/** A mouse; its left button is a finger. */
	mouse(x: number, y: number, down: boolean): void {
		if (!down && !this.#mouse) return;
		this.#mouse = down ? this.#finger("mouse", { x, y }, undefined) : undefined;
		this.#update(false);
	}

	/** Lifts everything. */
	release(): void {
		this.#contacts = [];
		this.#mouse = undefined;
		this.#update(false);
	}

	#finger(key: string, place: Place, edge: Contact["edge"]): Finger {
		const before = [...this.#contacts, ...(this.#mouse ? [this.#mouse] : [])].find((one) => one.key === key);
		return { ...place, key, edge: before?.edge ?? edge ?? edgeAt(place, this.#points()) };
	}

	#update(mayWait: boolean): void {
		const fingers = [...this.#contacts, ...(this.#mouse ? [this.#mouse] : [])].slice(0, 2);
		const [first] = fingers;
		const state = this.#state;
		if (state.name === "waiting") {
			const same = first?.key === state.finger.key && fingers.length === 1;
			if (same && first.x === state.finger.x && first.y === state.finger.y) return;
			this.#cancelWait();
			if (fingers.length < 2) this.#press([state.finger]);
			else this.#state = { name: "idle" };
			return this.#update(false);
		}
		if (!first) {
			if (state.name === "down") this.#touch("up", state.fingers);
			this.#state = { name: "idle" };
			return;
		}
		if (state.name === "spent") return;
		if (state.name === "idle") {
			if (mayWait && fingers.length === 1) return this.#wait(first);
			return this.#press(fingers);
		}
		const same = state.fingers.every(({ key }, index) => fingers[index]?.key === key);
		if (same && fingers.length === state.fingers.length) return this.#move(state, fingers);
		this.#touch("up", state.fingers);
		if (same && state.fingers.length === 1) return this.#press(fingers);
		this.#state = { name: "spent" };
	}

	#wait(finger: Finger): void {
		this.#state = { name: "waiting", finger };
		this.#cancelWait = this.#clock.after(SECOND_FINGER_WITHIN, () => this.#press([finger]));
	}

	#press(fingers: readonly Finger[]): void {
		this.#state = { name: "down", fingers };
		this.#touch("down", fingers);
	}

	#move(state: Extract<State, { name: "down" }>, fingers: readonly Finger[]): void {
		const moved = fingers.some(
			({ x, y }, index) => x !== state.fingers[index]?.x || y !== state.fingers[index]?.y,
		);
		if (!moved) return;
		state.fingers = fingers;
		this.#touch("move", fingers);
	}

	#touch(phase: "down" | "move" | "up", fingers: readonly Finger[]): void {
		const [first] = fingers;
		// A gesture over an edge has one finger.
		const edge = fingers.length === 1 && first ? first.edge : "none";
		this.#inputBackend.touch(
			phase,
			fingers.map(({ x, y }) => ({ x, y })),
			edge,
		);
	}
}

/**
 * How near to an edge a touch begins that systems are to read as coming over it, points. At the bottom the whole home
 * indicator counts, which no app has controls under; elsewhere about as much as a finger cannot aim at.
 */
export const EDGE_WITHIN = { left: 6, top: 6, right: 6, bottom: 20 } as const;

/** The edge that a touch comes over when it begins at this place of a screen of `points`. */
export function edgeAt({ x, y }: Place, { width, height }: Size): TouchEdge {
	if ((1 - y) * height < EDGE_WITHIN.bottom) return "bottom";
	if (y * height < EDGE_WITHIN.top) return "top";
	if (x * width < EDGE_WITHIN.left) return "left";
	if ((1 - x) * width < EDGE_WITHIN.right) return "right";
	return "none";
}
