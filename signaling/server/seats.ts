import type { Clock } from "../clock.ts";
import { Seat, type SeatStart } from "./seat.ts";

/** How long a seat is kept for a viewer whose line is lost, ms. */
export const SEAT_KEPT = 30_000;
/** Seats of one device; see `people` in the protocol. */
export const MAX_SEATS = 1000;
/** Seats of one device that are kept for viewers who are away; the one away for longest is given up. */
const MAX_AWAY = 64;

/** The seats of one device, and how long they are kept. */
export class Seats {
	readonly #clock: Clock;
	readonly #lapsed: (seat: Seat) => void;
	readonly #seats = new Map<string, Seat>();
	/** Ends the keeping of a seat; the one away for longest is first. */
	readonly #away = new Map<Seat, () => void>();
	#mayBeAway = MAX_AWAY;

	/** @param lapsed called when nobody came back to a seat; it is gone then. */
	constructor(clock: Clock, lapsed: (seat: Seat) => void) {
		this.#clock = clock;
		this.#lapsed = lapsed;
	}

	get size(): number {
		return this.#seats.size;
	}

	get(viewerId: string): Seat | undefined {
		return this.#seats.get(viewerId);
	}

	/** In the order in which people came. */
	all(): Seat[] {
		return [...this.#seats.values()];
	}

	/** Makes a seat under the smallest number that is free. */
	add(start: Omit<SeatStart, "number" | "since">): Seat {
		const taken = new Set(this.all().map(({ number }) => number));
		let number = 1;
		while (taken.has(number)) number++;
		const seat = new Seat({ ...start, number, since: this.#clock.now() });
		this.#seats.set(seat.viewerId, seat);
		return seat;
	}

	/** A seat as it is remembered; its viewer has yet to come back. However many there are, all may. */
	restore(start: SeatStart): Seat {
		const seat = new Seat(start);
		this.#seats.set(seat.viewerId, seat);
		this.#mayBeAway = MAX_SEATS;
		this.keep(seat);
		return seat;
	}

	/** The seat's viewer has no line any more. */
	keep(seat: Seat): void {
		const lapse = () => {
			this.remove(seat);
			this.#lapsed(seat);
		};
		this.#away.set(seat, this.#clock.after(SEAT_KEPT, lapse));
		const [oldest] = this.#away.keys();
		if (this.#away.size <= this.#mayBeAway || !oldest) return;
		this.remove(oldest);
		this.#lapsed(oldest);
	}

	/** The seat's viewer is back. */
	take(seat: Seat): void {
		this.#away.get(seat)?.();
		this.#away.delete(seat);
	}

	remove(seat: Seat): void {
		this.take(seat);
		this.#seats.delete(seat.viewerId);
	}

	close(): void {
		for (const cancel of this.#away.values()) cancel();
		this.#away.clear();
		this.#seats.clear();
	}
}
