import type { Rights } from "../grants/rights.ts";
import { memorySocketPair } from "../memory-socket.ts";
import { PortholeError } from "../protocol/errors.ts";
import { type Reason, toViewerSchema } from "../protocol/messages.ts";
import { parseMessage } from "../protocol/parse.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";
import type { Viewers } from "./viewers.ts";
import { refusalWithoutPage, type WithoutPageDeps } from "./without-page.ts";

/** What a client of a door comes with; its rights have been checked. */
export interface EnterRequest {
	readonly deviceId: string;
	readonly rights: Rights;
	/** What others see, at most 40 characters. */
	readonly name: string;
	readonly address: string | undefined;
	/** By which the device's host knows it. */
	readonly ticket: string;
}

/** A client of a door that has its seat. */
export interface Entered {
	readonly viewerId: string;
	/** Calls back once when signaling ended it, at once if it has; never after `leave()`. */
	onEnd(listener: (reason: Reason) => void): void;
	/** Gives the seat up. */
	leave(): void;
}

export interface DoorClientsDeps extends WithoutPageDeps {
	readonly viewers: Viewers;
}

/**
 * Lets clients of doors in, whose pictures and input do not pass WebRTC: viewers like any others, with a ticket in place
 * of an offer.
 */
export class DoorClients {
	readonly #deps: DoorClientsDeps;

	constructor(deps: DoorClientsDeps) {
		this.#deps = deps;
	}

	/** Fails with PortholeError as `refusalWithoutPage` says, or with what the viewers say. */
	enter({ deviceId, rights, name, address, ticket }: EnterRequest): Promise<Entered> {
		const refusal = refusalWithoutPage(this.#deps, deviceId, rights);
		if (refusal) return Promise.reject(refusal);
		const { promise, resolve, reject } = Promise.withResolvers<Entered>();
		const over = Promise.withResolvers<Reason>();
		const [near, far] = memorySocketPair();
		const hangUp = () => {
			near.onmessage = near.onclose = null;
			near.close();
		};
		const leave = () => {
			near.send(JSON.stringify({ type: "leave" }));
			hangUp();
		};
		const end = (reason: Reason) => {
			hangUp();
			// Whoever is in already hears of it by `onEnd`.
			reject(new PortholeError(reason.code, reason.message));
			over.resolve(reason);
		};
		near.onclose = () => end({ code: "closing", message: "The server is shutting down." });
		near.onmessage = ({ data }) => {
			const message = parseMessage(toViewerSchema, String(data));
			if (message.type === "ended" || message.type === "error") end(message.reason);
			else if (message.type === "welcome") {
				const onEnd = (listener: (reason: Reason) => void) => void over.promise.then(listener);
				resolve({ viewerId: message.viewerId, leave, onEnd });
			}
		};
		this.#deps.viewers.join(
			far,
			{ type: "hello", version: PROTOCOL_VERSION, as: "viewer", deviceId, media: false, name },
			{ rights, address, door: ticket },
		);
		return promise;
	}
}
