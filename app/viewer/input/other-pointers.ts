import type { Place } from "../screen/geometry.ts";
import { Store } from "../store.ts";

/** How long a pointer may rest before it fades, ms. */
export const RESTS_FOR = 3000;

/** Where the others point, by their number on the device. */
export class OtherPointers {
	/** Whose pointers are known, smallest number first. */
	readonly numbers = new Store<readonly number[]>([]);
	readonly #places = new Map<number, Store<Place>>();

	/** A pointer is somewhere, 0..1 of the picture as it comes. */
	move(number: number, place: Place): void {
		const known = this.#places.get(number);
		if (known) return known.set(place);
		this.#places.set(number, new Store(place));
		this.#tell();
	}

	/** Where a pointer is; undefined when nothing is known of it. */
	place(number: number): Store<Place> | undefined {
		return this.#places.get(number);
	}

	/** Forgets everybody but those who are still there. */
	keep(present: ReadonlySet<number>): void {
		const gone = [...this.#places.keys()].filter((number) => !present.has(number));
		for (const number of gone) this.#places.delete(number);
		if (gone.length > 0) this.#tell();
	}

	#tell(): void {
		this.numbers.set([...this.#places.keys()].sort((a, b) => a - b));
	}
}
