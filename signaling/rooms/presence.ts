import type { Clock } from "../clock.ts";
import type { Quality } from "../protocol/messages.ts";
import type { Seat, Seats } from "./participants.ts";

/** How long changes of quality wait for each other before they are told, ms. */
const QUALITY_WAITS = 1_000;
/** Most people that one is told of, oneself among them; those who came first. */
const MAX_TOLD = 256;
/** Where so many are there changes wait for each other, ms: telling everybody of everybody costs the square. */
const CROWD = 64;
const CROWD_WAITS = 250;

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
		const tell = () => {
			this.#pending = false;
			if (!this.#closed) this.#tell();
		};
		if (this.#seats.size > CROWD) this.#clock.after(CROWD_WAITS, tell);
		else queueMicrotask(tell);
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
		seat.line?.send({ type: "participants", participants: [seat.describe()] });
	}

	close(): void {
		this.#closed = true;
		this.#cancelLater?.();
	}

	#tell(): void {
		const seats = this.#seats.all();
		const first = seats.slice(0, MAX_TOLD).map((seat) => seat.describe());
		const text = JSON.stringify({ type: "participants", participants: first });
		for (const [place, seat] of seats.entries()) {
			if (seat.waiting) continue;
			if (place < MAX_TOLD) seat.line?.sendText(text);
			else seat.line?.send({ type: "participants", participants: [...first.slice(1), seat.describe()] });
		}
	}
}
