import type { Contact } from "../../devices/provider.ts";
import type { DeviceInput } from "../../viewers/input-merge.ts";
import type { Edge, Place } from "./gesture.ts";

/** Ids that contacts may have on the way to a device. */
const IDS = 256;

/**
 * The fingers of one client, of which Baguette's messages tell no ids: up to two, each with a new id when it comes
 * down. Two at one place are one; the second joins as soon as it is apart, and stays until both are lifted.
 */
export class Fingers {
	#next = 0;
	#down: Contact[] = [];

	/** Whether any is on the screen. */
	get down(): boolean {
		return this.#down.length > 0;
	}

	/** Puts new ones down; those that were there are lifted. */
	press(at: readonly Place[], edge?: Edge): DeviceInput[] {
		const lifted = this.down ? this.lift() : [];
		this.#down = [this.#contact(at[0] ?? { x: 0, y: 0 }, edge)];
		return [...lifted, ...this.move(at)];
	}

	/** Moves those that are down. */
	move(at: readonly Place[]): DeviceInput[] {
		const [first, second] = at;
		if (!this.down || !first) return [];
		const before = this.#down;
		this.#down = before.map((contact, index) => ({ ...contact, ...(at[index] ?? first) }));
		if (before.length === 1 && second && !same(first, second)) this.#down.push(this.#contact(second));
		return [this.#state()];
	}

	/** Lifts all, after a move where that was elsewhere. */
	lift(at: readonly Place[] = []): DeviceInput[] {
		if (!this.down) return [];
		const moved = this.#down.some((contact, index) => {
			const place = at[index] ?? at[0];
			return place !== undefined && !same(contact, place);
		});
		const moves = moved ? this.move(at) : [];
		this.#down = [];
		return [...moves, this.#state()];
	}

	/** They are up, as nobody needs to be told. */
	forget(): void {
		this.#down = [];
	}

	#contact({ x, y }: Place, edge?: Edge): Contact {
		const id = this.#next;
		this.#next = (id + 1) % IDS;
		return { id, x, y, ...(edge && { edge }) };
	}

	#state(): DeviceInput {
		return { type: "touch", contacts: [...this.#down] };
	}
}

function same(one: Place, other: Place): boolean {
	return one.x === other.x && one.y === other.y;
}
