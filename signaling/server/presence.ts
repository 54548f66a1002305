import type { Clock } from "../clock.ts";
import type { Quality } from "../protocol/messages.ts";
import type { Seat } from "./seat.ts";
import type { Seats } from "./seats.ts";

/** How long changes of quality wait for each other before they are told, ms. */
const QUALITY_WAITS = 1_000;

/** Tells everybody on a device who is there. Changes that come together are told together. */
export class Presence {
	readonly #seats: Seats;
	readonly #clock: Clock;
	#pending = false;
	#cancelLater: (() => void) | undefined;
	#closed = false;

	constructor(seats: Seats, clock: Clock) {
		this.#seats = seats;
		this.#clock = clock;
	}

	/** Somebody came, went, or is called or placed otherwise. */
	changed(): void {
		this.#cancelLater?.();
		this.#cancelLater = undefined;
		if (this.#pending) return;
		this.#pending = true;
		queueMicrotask(() => {
			this.#pending = false;
			if (!this.#closed) this.#tell();
		});
	}

	/** A host says how somebody's connection does. */
	setQuality(seat: Seat, quality: Quality): void {
		if (seat.quality === quality) return;
		seat.quality = quality;
		if (this.#pending || !seat.line) return;
		this.#cancelLater ??= this.#clock.after(QUALITY_WAITS, () => this.changed());
	}

	/** Whoever waits to be let in sees itself and nobody else. */
	tellWaiting(seat: Seat): void {
		seat.line?.send({ type: "people", people: [seat.describe()] });
	}

	close(): void {
		this.#closed = true;
		this.#cancelLater?.();
	}

	#tell(): void {
		const seats = this.#seats.all();
		const text = JSON.stringify({ type: "people", people: seats.map((seat) => seat.describe()) });
		for (const seat of seats) if (!seat.waiting) seat.line?.sendText(text);
	}
}
