import type { PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Clock } from "../../clock.ts";
import { hxfrError } from "../errors.ts";

/** How long a screenshot may take, ms. */
const ANSWER_WITHIN = 2_500;

/** Asks the host for a JPEG of the screen; who asks while one is on its way gets the same. */
export class ScreenshotAsker {
	readonly #clock: Clock;
	readonly #send: () => void;
	#asked: { readonly jpeg: Promise<Uint8Array>; settle(jpeg: Uint8Array | PortholeError): void } | undefined;

	constructor(clock: Clock, send: () => void) {
		this.#clock = clock;
		this.#send = send;
	}

	/** Rejects with PortholeError `hxfr-no-screenshot`, or what `fail` was given. */
	ask(): Promise<Uint8Array> {
		if (this.#asked) return this.#asked.jpeg;
		const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
		const cancel = this.#clock.after(ANSWER_WITHIN, () =>
			this.fail(hxfrError("hxfr-no-screenshot", "The other end did not send a still in time.")),
		);
		this.#asked = {
			jpeg: promise,
			settle: (jpeg) => {
				this.#asked = undefined;
				cancel();
				if (jpeg instanceof Error) reject(jpeg);
				else resolve(jpeg);
			},
		};
		this.#send();
		return promise;
	}

	/** The answer; without bytes the host has no screenshot. */
	take(jpeg: Uint8Array): void {
		if (jpeg.length === 0)
			return this.fail(hxfrError("hxfr-no-screenshot", "The other end has no screenshot now."));
		this.#asked?.settle(jpeg);
	}

	fail(why: PortholeError): void {
		this.#asked?.settle(why);
	}
}
