import type { Clock } from "../clock.ts";
import type { Quality } from "../protocol/messages.ts";
import type { Participant, Participants } from "./participants.ts";

/** How long changes of quality wait for each other before they are told, ms. */
const QUALITY_WAITS = 1_000;
/** Most people that one is told of, oneself among them; those who came first. */
const MAX_TOLD = 256;
/**
 * Where so many are there changes wait for each other, so many ms for each person: telling everybody of everybody costs the
 * square.
 */
const CROWD = 64;
const CROWD_WAITS = 4;

/** Tells everybody on a device who is there. Changes that come together are told together. */
export class Presence {
	readonly #participants: Participants;
	readonly #clock: Clock;
	#pending = false;
	#cancelLater: (() => void) | undefined;
	#closed = false;

	constructor(participants: Participants, clock: Clock) {
		this.#participants = participants;
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
		if (this.#participants.size > CROWD) this.#clock.after(CROWD_WAITS * this.#participants.size, tell);
		else queueMicrotask(tell);
	}

	/** A host says how somebody's connection does. */
	setQuality(participant: Participant, quality: Quality): void {
		if (participant.quality === quality) return;
		participant.quality = quality;
		if (this.#pending || !participant.connection) return;
		this.#cancelLater ??= this.#clock.after(QUALITY_WAITS, () => this.changed());
	}

	/** Whoever waits to be let in sees itself and nobody else. */
	tellWaiting(participant: Participant): void {
		participant.connection?.send({ type: "participants", participants: [participant.describe()] });
	}

	close(): void {
		this.#closed = true;
		this.#cancelLater?.();
	}

	#tell(): void {
		const participants = this.#participants.all();
		const first = participants.slice(0, MAX_TOLD).map((participant) => participant.describe());
		const text = JSON.stringify({ type: "participants", participants: first });
		// Whoever is further down hears of itself in place of the first one.
		const others = first.slice(1).map((one) => `${JSON.stringify(one)},`);
		const begin = `{"type":"participants","participants":[${others.join("")}`;
		for (const [place, participant] of participants.entries()) {
			if (participant.waiting) continue;
			if (place < MAX_TOLD) participant.connection?.sendText(text);
			else participant.connection?.sendText(`${begin}${JSON.stringify(participant.describe())}]}`);
		}
	}
}
