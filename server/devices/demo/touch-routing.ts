import type { Contact } from "../provider.ts";
import type { Control } from "./parts/part.ts";
import { contains, type Point } from "./rectangle.ts";

/** What hears of contacts wherever they are. */
export interface ContactWatcher {
	put(contact: number, point: Point): void;
	lift(contact: number): void;
}

interface Held {
	readonly control: Control | undefined;
	point: Point;
}

/**
 * Turns sets of contacts into what each control sees: down where it begins, then move, then up. A contact stays with
 * the control it began on.
 */
export class TouchRouting {
	readonly #controls: readonly Control[];
	readonly #watcher: ContactWatcher;
	readonly #held = new Map<number, Held>();

	/** `controls` in the order in which they are asked. */
	constructor(controls: readonly Control[], watcher: ContactWatcher) {
		this.#controls = controls;
		this.#watcher = watcher;
	}

	get count(): number {
		return this.#held.size;
	}

	/** Takes the whole set of contacts of one kind; coordinates in points. */
	update(contacts: readonly Contact[], ofThisKind: (id: number) => boolean): void {
		const now = new Map(contacts.map((contact) => [contact.id, contact]));
		for (const [id] of this.#held) if (ofThisKind(id) && !now.has(id)) this.#lift(id);
		for (const [id, contact] of now) {
			const point = { x: contact.x, y: contact.y };
			const held = this.#held.get(id);
			if (!held) this.#begin(id, point);
			else if (held.point.x !== point.x || held.point.y !== point.y) this.#move(id, held, point);
		}
	}

	/** Forgets all contacts without letting any control act, as when the screen turns. */
	cancel(): void {
		for (const [id, { control }] of this.#held) {
			control?.up(id, false);
			this.#watcher.lift(id);
		}
		this.#held.clear();
	}

	#begin(id: number, point: Point): void {
		const control = this.#controls.find((candidate) => contains(candidate.bounds, point));
		this.#held.set(id, { control, point });
		this.#watcher.put(id, point);
		control?.down(id, point);
	}

	#move(id: number, held: Held, point: Point): void {
		held.point = point;
		this.#watcher.put(id, point);
		held.control?.move(id, point);
	}

	#lift(id: number): void {
		const held = this.#held.get(id);
		if (!held) return;
		this.#held.delete(id);
		this.#watcher.lift(id);
		held.control?.up(id, contains(held.control.bounds, held.point));
	}
}
