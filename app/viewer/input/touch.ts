import type { TouchContact } from "../../../signaling/protocol/input.ts";
import { MAX_CONTACTS } from "../../../signaling/protocol/input-codec.ts";
import type { Place } from "../screen/geometry.ts";

/** One finger on the page, CSS pixels of the window. */
interface Finger {
	readonly id: number;
	x: number;
	y: number;
}

/** Where fingers go. Places on the device are computed when they are sent, since the view may move under the fingers. */
interface TouchTargets {
	/** All contacts now on the device. */
	contacts(list: TouchContact[]): void;
	/** Two fingers moved the view, window coordinates. */
	pinch(from: readonly [Finger, Finger], to: readonly [Finger, Finger]): void;
	place(x: number, y: number): Place;
	/** "Touch goes through": two fingers are the device's too. */
	through(): boolean;
	after(ms: number, callback: () => void): () => void;
}

/** How long a first finger waits for a second one that would make it a pinch of the view, ms. */
export const PINCH_WITHIN = 40;

/**
 * Sorts fingers into contacts on the device and pinches of the view. A first finger is held back for a moment, because
 * a contact that is taken away again would be a tap to the device.
 */
export class TouchRouter {
	readonly #targets: TouchTargets;
	readonly #fingers = new Map<number, Finger>();
	#pinching = false;
	/** The device has contacts of these fingers. */
	#sent = false;
	#cancelWait: (() => void) | undefined;

	constructor(targets: TouchTargets) {
		this.#targets = targets;
	}

	down(pointerId: number, x: number, y: number): void {
		const id = this.#freeId();
		if (id === undefined) return;
		this.#fingers.set(pointerId, { id, x, y });
		if (this.#targets.through()) return this.#tell();
		if (this.#fingers.size === 1) {
			this.#cancelWait = this.#targets.after(PINCH_WITHIN, () => this.#tell());
		} else {
			this.#settle();
			if (this.#sent) this.#letGo();
			this.#pinching = true;
		}
	}

	move(pointerId: number, x: number, y: number): void {
		const finger = this.#fingers.get(pointerId);
		if (!finger || (finger.x === x && finger.y === y)) return;
		const before = this.#pair();
		finger.x = x;
		finger.y = y;
		const now = this.#pair();
		if (this.#pinching) {
			if (before && now) this.#targets.pinch(before, now);
		} else if (this.#sent) this.#tell();
	}

	/** The finger left the glass; `cancelled` when the browser took it away. */
	up(pointerId: number, cancelled = false): void {
		if (!this.#fingers.has(pointerId)) return;
		// A tap shorter than the wait still has to reach the device.
		if (this.#cancelWait && !cancelled) this.#tell();
		this.#settle();
		this.#fingers.delete(pointerId);
		if (this.#sent) this.#tell();
		if (this.#fingers.size > 0) return;
		this.#pinching = false;
		this.#sent = false;
	}

	/** Forgets all fingers, as when the page is hidden; `InputSender` releases what the device holds. */
	forget(): void {
		this.#settle();
		this.#fingers.clear();
		this.#pinching = false;
		this.#sent = false;
	}

	#tell(): void {
		this.#settle();
		this.#sent = true;
		this.#targets.contacts(
			[...this.#fingers.values()].map(({ id, x, y }) => ({ id, ...this.#targets.place(x, y) })),
		);
	}

	#letGo(): void {
		this.#sent = false;
		this.#targets.contacts([]);
	}

	#settle(): void {
		this.#cancelWait?.();
		this.#cancelWait = undefined;
	}

	#pair(): [Finger, Finger] | undefined {
		const [first, second] = [...this.#fingers.values()];
		return first && second && [{ ...first }, { ...second }];
	}

	#freeId(): number | undefined {
		const taken = new Set([...this.#fingers.values()].map((finger) => finger.id));
		for (let id = 0; id < MAX_CONTACTS; id++) if (!taken.has(id)) return id;
		return undefined;
	}
}
