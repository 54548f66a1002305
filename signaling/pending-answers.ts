import { randomUUID } from "node:crypto";
import type { Clock } from "./clock.ts";
import { PortholeError } from "./protocol/errors.ts";

/** Questions that wait for an answer at a time; further ones are refused. */
const MAX_PENDING = 256;

/** One question, as its asker sees it. */
interface Question {
	/** Who is to answer. */
	readonly of: string;
	/** How long that may take, ms. */
	readonly within: number;
	/** Why it failed when nothing came in time. */
	readonly late: PortholeError;
	/** Why it failed when too many wait. */
	readonly tooMany: PortholeError;
}

interface Pending<T> {
	readonly of: string;
	settle(answer: T | PortholeError): void;
}

/** What others were asked over a line of messages, until they answer: so many at a time, and each for so long. */
export class PendingAnswers<T> {
	readonly #clock: Clock;
	readonly #pending = new Map<string, Pending<T>>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Has `send` ask with an id that the answer has to bear. Rejects with `late`, `tooMany`, or what the answer says. */
	ask({ of, within, late, tooMany }: Question, send: (id: string) => void): Promise<T> {
		if (this.#pending.size >= MAX_PENDING) return Promise.reject(tooMany);
		const id = randomUUID();
		const { promise, resolve, reject } = Promise.withResolvers<T>();
		const cancel = this.#clock.after(within, () => this.settle(id, of, late));
		this.#pending.set(id, {
			of,
			settle(answer) {
				cancel();
				if (answer instanceof PortholeError) reject(answer);
				else resolve(answer);
			},
		});
		send(id);
		return promise;
	}

	/** Takes an answer. What was not asked, not of this one, or is too late, is dropped. */
	settle(id: string, by: string, answer: T | PortholeError): void {
		const pending = this.#pending.get(id);
		if (pending?.of !== by) return;
		this.#pending.delete(id);
		pending.settle(answer);
	}

	/** Somebody is gone: whoever waits for them waits no more. */
	lose(of: string, why: PortholeError): void {
		for (const [id, pending] of [...this.#pending]) if (pending.of === of) this.settle(id, of, why);
	}
}
