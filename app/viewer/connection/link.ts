import type { Reason } from "../../../signaling/protocol/messages.ts";
import { keepLink } from "../storage.ts";
import { exchange } from "./api.ts";
import type { BootstrapLink } from "./bootstrap.ts";

/** The share link that a page was opened with, until the server has taken it or it proves useless. */
export class LinkOpening {
	readonly #deviceId: string;
	#grant: string | undefined;
	/** Why the link was not taken, or undefined when it was; absent when there is none. */
	readonly opening: Promise<Reason | undefined> | undefined;

	constructor(deviceId: string, begun: BootstrapLink | undefined) {
		this.#deviceId = deviceId;
		this.#grant = begun?.grant;
		this.opening = begun && this.#settle(begun.exchanged);
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

/** Refusals of a link that may yet be opened with the right PIN. */
export function wantsPin(code: string): boolean {
	return code === "needs-pin" || code === "wrong-pin";
}
