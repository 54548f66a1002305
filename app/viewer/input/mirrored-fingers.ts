import type { TouchContact } from "../../../signaling/protocol/input.ts";
import type { Place } from "../screen/geometry.ts";
import type { Store } from "../store.ts";

/** Two fingers that one mouse stands for. */
export interface FingerPair {
	readonly first: Place;
	readonly second: Place;
	/** They are on the screen. */
	readonly pressed: boolean;
}

/** A mouse event with its modifier keys. */
interface MouseMoment {
	readonly place: Place;
	/** The left button has just gone down. */
	readonly down: boolean;
	/** DOM `buttons`. */
	readonly buttons: number;
	readonly keys: ModifierKeys;
}

/** The modifier keys of an event. */
export interface ModifierKeys {
	readonly altKey: boolean;
	readonly shiftKey: boolean;
	readonly ctrlKey: boolean;
	readonly metaKey: boolean;
}

const MIDDLE: Place = { x: 0.5, y: 0.5 };

/**
 * Makes two fingers of a mouse while Alt (Option) is held: one where the mouse is, the other mirrored around the middle
 * of the screen. With Shift too, both move in parallel, and the centre of the mirror moves along.
 */
export class MirroredFingers {
	readonly #contacts: (list: TouchContact[]) => void;
	readonly #marks: Store<FingerPair | undefined>;
	#centre = MIDDLE;
	/** Last position of the mouse; absent while it is not over the screen. */
	#place: Place | undefined;
	#pressed = false;
	/** The fingers were lifted before the mouse button: ignore the button until it is up too. */
	#spent = false;

	/** @param marks Where the fingers are, for the page to show. */
	constructor(contacts: (list: TouchContact[]) => void, marks: Store<FingerPair | undefined>) {
		this.#contacts = contacts;
		this.#marks = marks;
	}

	/** Handles a mouse event over the screen; false when it does not concern two fingers. */
	mouse({ place, down, buttons, keys }: MouseMoment): boolean {
		const before = this.#place ?? place;
		this.#place = place;
		if (this.#spent) {
			this.#spent = buttons !== 0;
			return true;
		}
		const wanted = means(keys);
		// A drag that began with the mouse alone stays that way.
		if (!this.#pressed && (!wanted || (buttons !== 0 && !down))) {
			this.#hide();
			return false;
		}
		if (wanted && keys.shiftKey) this.#moveCentre(place.x - before.x, place.y - before.y);
		if (!wanted || (this.#pressed && !(buttons & 1))) this.#lift(buttons !== 0);
		else if (down || this.#pressed) {
			this.#pressed = true;
			this.#show();
			this.#tell();
		} else this.#show();
		if (!wanted) this.#hide();
		return true;
	}

	/** A modifier key went down or up. True while there are two fingers. */
	keys(keys: ModifierKeys): boolean {
		if (means(keys)) {
			if (this.#place && !this.#spent) this.#show();
		} else {
			if (this.#pressed) this.#lift(true);
			this.#hide();
		}
		return this.#marks.get() !== undefined;
	}

	/** The mouse has left the screen. */
	leave(): void {
		if (this.#pressed) return;
		this.#place = undefined;
		this.#hide();
	}

	/** Forgets everything, as when the page loses focus; `InputSender` releases what the device holds. */
	forget(): void {
		this.#pressed = false;
		this.#spent = false;
		this.leave();
	}

	#moveCentre(x: number, y: number): void {
		this.#centre = { x: inside(this.#centre.x + x), y: inside(this.#centre.y + y) };
	}

	#lift(spent: boolean): void {
		this.#pressed = false;
		this.#spent = spent;
		this.#contacts([]);
		this.#show();
	}

	#tell(): void {
		const { first, second } = this.#pair();
		this.#contacts([
			{ id: 0, ...first },
			{ id: 1, ...second },
		]);
	}

	#pair(): FingerPair {
		const first = this.#place ?? MIDDLE;
		const { x, y } = this.#centre;
		const second = { x: inside(2 * x - first.x), y: inside(2 * y - first.y) };
		return { first, second, pressed: this.#pressed };
	}

	#show(): void {
		this.#marks.set(this.#pair());
	}

	#hide(): void {
		this.#centre = MIDDLE;
		this.#marks.set(undefined);
	}
}

/** With Control or the Meta key, Alt is part of another shortcut, or of AltGr. */
function means({ altKey, ctrlKey, metaKey }: ModifierKeys): boolean {
	return altKey && !ctrlKey && !metaKey;
}

function inside(value: number): number {
	return Math.min(1, Math.max(0, value));
}
