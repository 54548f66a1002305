import {
	type ClipboardBytes,
	type ClipboardFormat,
	type ClipboardMessage,
	type ClipboardOutcome,
	MAX_CLIPBOARD,
} from "../../signaling/protocol/clipboard.ts";
import { ClipboardReceiving, ClipboardSending } from "../../signaling/protocol/clipboard-transfer.ts";
import type { Clock } from "../../signaling/protocol/time.ts";
import type { SendInput } from "./input/input-sender.ts";

/** How long the host may say nothing while a content is on its way, ms. */
const ANSWERED_WITHIN = 10_000;

const TOO_LARGE = "That is too large: a clipboard takes 1 MiB of text or an image of 8 MiB.";

/** Why nothing was pasted; what the control pill says already is not said twice. */
export const notGiven: Readonly<Partial<Record<ClipboardOutcome, string>>> = {
	off: "This device takes nothing like that from your clipboard.",
	"too-large": TOO_LARGE,
	failed: "The device did not take what you pasted. Try again.",
};

/** Why nothing was copied. */
export const notCopied: Readonly<Record<ClipboardOutcome, string>> = {
	taken: "",
	empty: "Nothing is copied on the device that can be read.",
	"no-control": "Take control first to copy from the device.",
	off: "This device keeps its clipboard to itself.",
	"too-large": TOO_LARGE,
	busy: "The device's clipboard is being read already.",
	failed: "The device did not give what is copied there. Try again.",
};

export function isTooLarge({ format, bytes }: ClipboardBytes): boolean {
	return bytes.length > MAX_CLIPBOARD[format];
}

/** A content on its way to the device. */
export class Giving {
	readonly done: Promise<boolean>;
	readonly #sending: ClipboardSending;
	readonly #clock: Clock;
	readonly #resolve: (complete: boolean) => void;
	#cancel = () => {};

	constructor(content: ClipboardBytes, send: SendInput, clock: Clock) {
		const sending = new ClipboardSending(content, send);
		this.#sending = sending;
		this.#clock = clock;
		const { promise, resolve } = Promise.withResolvers<boolean>();
		this.done = promise;
		this.#resolve = resolve;
		this.#follow(sending.start());
	}

	/** All has been sent. */
	get sent(): boolean {
		return this.#sending.complete;
	}

	credit(total: number): void {
		this.#follow(this.#sending.credit(total));
	}

	end(outcome: ClipboardOutcome): void {
		this.#settle(outcome === "taken");
	}

	#follow(sent: boolean): void {
		this.#cancel();
		if (!sent) this.#settle(false);
		else if (this.#sending.complete) this.#settle(true);
		else this.#cancel = this.#clock.after(ANSWERED_WITHIN, () => this.#settle(false));
	}

	#settle(complete: boolean): void {
		this.#cancel();
		this.#resolve(complete);
	}
}

/** A content on its way from the device. */
export class Asking {
	readonly done: Promise<ClipboardBytes | ClipboardOutcome>;
	readonly #send: (message: ClipboardMessage | { type: "clipboard-wanted" }) => boolean;
	readonly #clock: Clock;
	readonly #resolve: (content: ClipboardBytes | ClipboardOutcome) => void;
	#receiving: ClipboardReceiving | undefined;
	#cancel = () => {};

	constructor(send: SendInput, clock: Clock) {
		this.#send = send;
		this.#clock = clock;
		const { promise, resolve } = Promise.withResolvers<ClipboardBytes | ClipboardOutcome>();
		this.done = promise;
		this.#resolve = resolve;
		if (send({ type: "clipboard-wanted" })) this.#wait();
		else this.end("failed");
	}

	offered(format: ClipboardFormat, size: number): void {
		this.#receiving = new ClipboardReceiving(format, size);
		this.#wait();
	}

	take(bytes: Uint8Array): void {
		const receiving = this.#receiving;
		if (!receiving) return;
		if (!receiving.add(bytes)) return this.end("failed");
		const { content, credit } = receiving;
		if (content) {
			this.#send({ type: "clipboard-end", outcome: "taken" });
			return this.#settle(content);
		}
		if (credit !== undefined) {
			receiving.grant(credit);
			this.#send({ type: "clipboard-credit", total: credit });
		}
		this.#wait();
	}

	end(outcome: ClipboardOutcome): void {
		this.#settle(outcome);
	}

	/** A host may take as long as a program on its device does, and then some. */
	#wait(): void {
		this.#cancel();
		this.#cancel = this.#clock.after(2 * ANSWERED_WITHIN, () => this.end("failed"));
	}

	#settle(content: ClipboardBytes | ClipboardOutcome): void {
		this.#cancel();
		this.#resolve(content);
	}
}
