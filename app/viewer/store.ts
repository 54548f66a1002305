/** An observable value, in the shape that `useSyncExternalStore` wants. */
export class Store<T> {
	#value: T;
	readonly #initial: T;
	readonly #listeners = new Set<() => void>();

	constructor(initial: T) {
		this.#value = initial;
		this.#initial = initial;
	}

	readonly get = (): T => this.#value;

	/** What the static page was rendered with. */
	readonly getInitial = (): T => this.#initial;

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	set(value: T): void {
		if (Object.is(value, this.#value)) return;
		this.#value = value;
		for (const listener of this.#listeners) listener();
	}

	/** Replaces some fields; listeners are not called when none of them changes. */
	patch(fields: Partial<T>): void {
		const value = this.#value;
		const changed = (Object.keys(fields) as (keyof T)[]).some((key) => !Object.is(value[key], fields[key]));
		if (changed) this.set({ ...value, ...fields });
	}
}
