import type { Place } from "../screen/geometry.ts";
import { Store } from "../store.ts";

/** How long a pointer may rest before it fades, ms. */
export const RESTS_FOR = 3000;

/** Pointers of the other participants, by their number on the device. */
export class OtherPointers {
	/** Participants whose pointers are known, smallest number first. */
	readonly numbers = new Store<readonly number[]>([]);
	readonly #places = new Map<number, Store<Place>>();

	/** Moves a pointer, 0..1 of the frame before it is turned. */
	move(number: number, place: Place): void {
		const known = this.#places.get(number);
		if (known) return known.set(place);
		this.#places.set(number, new Store(place));
		this.#tell();
	}

	/** Position of a pointer; undefined when it is not known. */
	place(number: number): Store<Place> | undefined {
		return this.#places.get(number);
	}

	/** Drops the pointers of everybody who has left. */
	keep(present: ReadonlySet<number>): void {
		const gone = [...this.#places.keys()].filter((number) => !present.has(number));
		for (const number of gone) this.#places.delete(number);
		if (gone.length > 0) this.#tell();
	}

	#tell(): void {
		this.numbers.set([...this.#places.keys()].sort((a, b) => a - b));
	}
}
