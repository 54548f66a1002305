import type { PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Clock } from "../../clock.ts";
import { hxfrError } from "../errors.ts";
import type { Message } from "../wire/message.ts";
import { type Peer, scanoutList } from "./link.ts";

/** How long each answer to a subscription may take, ms. */
const ANSWER_WITHIN = 3_000;

/** Generation of the protocol: 2 answers subscriptions, 1 does not know them. */
export type Generation = 1 | 2;

interface SubscribeRequestOptions {
	readonly clock: Clock;
	readonly peer: Peer;
	readonly scanout: number;
	/** Switches the scanout on first, with this size. */
	readonly enable: { readonly width: number; readonly height: number } | undefined;
	readonly send: (message: Message) => void;
}

/** Switches a scanout on if need be, and subscribes to it. */
export class SubscribeRequest {
	readonly #options: SubscribeRequestOptions;
	#answered: (message: Message | PortholeError | undefined) => void = () => {};

	constructor(options: SubscribeRequestOptions) {
		this.#options = options;
	}

	/**
	 * Calls `start` while the answer is being handled, so that no frame behind it is missed. Throws PortholeError
	 * `hxfr-no-scanout`, `hxfr-silent`, or what `fail` was given.
	 */
	async run<Result>(start: (generation: Generation) => Result): Promise<Result> {
		const { peer, scanout, enable } = this.#options;
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

	/** Any message that is not a frame. */
	take(message: Message): void {
		if (message.type === "scanout-response" || message.type === "subscribe-response") this.#answered(message);
	}

	fail(why: PortholeError): void {
		this.#answered(why);
	}

	#ask<Result>(question: Message, settle: (answer: Message | undefined) => Result): Promise<Result> {
		return new Promise((resolve, reject) => {
			const cancel = this.#options.clock.after(ANSWER_WITHIN, () => this.#answered(undefined));
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
			this.#options.send(question);
		});
	}

	#noScanout(): PortholeError {
		const { peer, scanout } = this.#options;
		const there = peer.kind === "porthole" ? ` Its scanouts: ${scanoutList(peer)}.` : "";
		return hxfrError("hxfr-no-scanout", `The other end has no scanout ${scanout}.${there}`);
	}
}

/** How long a screenshot may take, ms. */
const SCREENSHOT_WITHIN = 2_500;

/** Asks the host for a JPEG of the screen, once for all who ask while it is on its way. */
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
			this.fail(hxfrError("hxfr-no-screenshot", "The other end did not send a screenshot in time.")),
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

	/** The answer; it is empty where the host has no screenshot. */
	take(jpeg: Uint8Array): void {
		if (jpeg.length === 0)
			return this.fail(hxfrError("hxfr-no-screenshot", "The other end has no screenshot now."));
		this.#asked?.settle(jpeg);
	}

	fail(why: PortholeError): void {
		this.#asked?.settle(why);
	}
}
