import type { PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Clock } from "../../clock.ts";
import { hxfrError } from "../errors.ts";
import type { Message } from "../wire/message.ts";
import { type Peer, scanoutWords } from "./link.ts";

/** How long each answer may take, ms. */
const ANSWER_WITHIN = 3_000;

/** Which generation answers: 2 takes subscriptions, 1 knows nothing of them. */
export type Answer = 1 | 2;

export interface SubscribeRequestOptions {
	readonly clock: Clock;
	readonly peer: Peer;
	readonly scanout: number;
	/** Switches the scanout on first, with this size. */
	readonly enable: { readonly width: number; readonly height: number } | undefined;
	readonly send: (message: Message) => void;
}

/** The way to the pictures of a scanout: it is switched on if need be, then subscribed to. */
export class SubscribeRequest {
	readonly #deps: SubscribeRequestOptions;
	#answered: (message: Message | PortholeError | undefined) => void = () => {};

	constructor(deps: SubscribeRequestOptions) {
		this.#deps = deps;
	}

	/**
	 * Calls back, within the message that answers, with the generation. Throws PortholeError `hxfr-no-scanout`,
	 * `hxfr-silent`, or what `fail` was given.
	 */
	async run<Result>(start: (answer: Answer) => Result): Promise<Result> {
		const { peer, scanout, enable } = this.#deps;
		const session = scanout;
		if (peer.kind === "porthole" && !peer.scanouts.some(({ id }) => id === scanout)) throw this.#noScanout();
		if (enable) {
			const message = { type: "enable-scanout", session, scanout, ...enable, refreshRate: 60 } as const;
			await this.#ask(message, (answer) => {
				if (answer?.type === "scanout-response" && !answer.success) throw this.#noScanout();
			});
		}
		return this.#ask({ type: "subscribe", session, scanout }, (answer) => {
			if (answer?.type === "subscribe-response" && !answer.success) throw this.#noScanout();
			if (answer) return start(2);
			if (peer.kind === "stock") return start(1);
			throw hxfrError("hxfr-silent", `The other end did not answer the subscription to scanout ${scanout}.`);
		});
	}

	/** Something came that is not a picture. */
	take(message: Message): void {
		if (message.type === "scanout-response" || message.type === "subscribe-response") this.#answered(message);
	}

	fail(why: PortholeError): void {
		this.#answered(why);
	}

	#ask<Result>(question: Message, settle: (answer: Message | undefined) => Result): Promise<Result> {
		return new Promise((resolve, reject) => {
			const cancel = this.#deps.clock.after(ANSWER_WITHIN, () => this.#answered(undefined));
			this.#answered = (answer) => {
				this.#answered = () => {};
				cancel();
				if (answer instanceof Error) return reject(answer);
				try {
					resolve(settle(answer));
				} catch (error) {
					reject(error);
				}
			};
			this.#deps.send(question);
		});
	}

	#noScanout(): PortholeError {
		const { peer, scanout } = this.#deps;
		const there = peer.kind === "porthole" ? ` Its scanouts: ${scanoutWords(peer)}.` : "";
		return hxfrError("hxfr-no-scanout", `The other end has no scanout ${scanout}.${there}`);
	}
}

/** How long a screenshot may take, ms. */
const SCREENSHOT_WITHIN = 2_500;

/** Asks the host for a JPEG of the screen; who asks while one is on its way gets the same. */
export class ScreenshotRequest {
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
		const cancel = this.#clock.after(SCREENSHOT_WITHIN, () =>
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
