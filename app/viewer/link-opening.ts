import type { Reason } from "../../signaling/protocol/messages.ts";
import type { EarlyLink } from "./early.ts";
import { exchange, wantsPin } from "./link.ts";
import { keepLink } from "./memory.ts";

/** The link that a page came by, until it is open or of no use. */
export class LinkOpening {
	readonly #deviceId: string;
	#grant: string | undefined;
	/** Why the link was not taken, or undefined when it was; absent when the page came by none. */
	readonly opening: Promise<Reason | undefined> | undefined;

	constructor(deviceId: string, early: EarlyLink | undefined) {
		this.#deviceId = deviceId;
		this.#grant = early?.grant;
		this.opening = early && this.#settle(early.exchanged);
	}

	/** Tries a PIN. */
	withPin(pin: string): Promise<Reason | undefined> {
		return this.#try(pin);
	}

	/** Tries again after a refusal. Undefined when that cannot help; other rights of this browser may. */
	again(code: string): Promise<Reason | undefined> | undefined {
		if (code === "too-many-tries" || code === "unreachable") {
			return this.#grant === undefined ? undefined : this.#try();
		}
		this.#grant = undefined;
		return undefined;
	}

	#try(pin?: string): Promise<Reason | undefined> {
		if (this.#grant === undefined) return Promise.resolve(undefined);
		return this.#settle(exchange(this.#grant, pin));
	}

	async #settle(exchanged: Promise<Reason | undefined>): Promise<Reason | undefined> {
		const refusal = await exchanged;
		if (!refusal) this.#grant = undefined;
		else if (this.#grant !== undefined && wantsPin(refusal.code)) keepLink(this.#deviceId, this.#grant);
		return refusal;
	}
}
