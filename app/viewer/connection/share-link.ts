import type { Reason } from "../../../signaling/protocol/messages.ts";
import { keepLink } from "../storage.ts";
import { exchange } from "./api.ts";
import type { BootstrapLink } from "./bootstrap.ts";

/** The share link that a page was opened with, until the server has taken it or it proves useless. */
export class LinkOpening {
	readonly #deviceId: string;
	#grant: string | undefined;
	/** Resolves to the reason of a refusal, or to undefined when the link was accepted; absent without a link. */
	readonly opening: Promise<Reason | undefined> | undefined;

	constructor(deviceId: string, begun: BootstrapLink | undefined) {
		this.#deviceId = deviceId;
		this.#grant = begun?.grant;
		this.opening = begun && this.#settle(begun.exchanged);
	}

	/** Tries the link with a PIN. */
	withPin(pin: string): Promise<Reason | undefined> {
		return this.#try(pin);
	}

	/** Tries again after a refusal; undefined when that cannot help. Other rights of this browser may. */
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

/** Whether a refused link can still be opened with the right PIN. */
export function wantsPin(code: string): boolean {
	return code === "needs-pin" || code === "wrong-pin";
}
