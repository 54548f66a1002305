import type { Clock } from "../clock.ts";
import type { Rights } from "../grants/rights.ts";
import { memorySocketPair } from "../memory-socket.ts";
import { PortholeError } from "../protocol/errors.ts";
import { type Reason, toViewerSchema } from "../protocol/messages.ts";
import { parseMessage } from "../protocol/parse.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";
import type { Viewers } from "./viewers.ts";
import { refusalWithoutPage, type WithoutPageDeps } from "./without-page.ts";

/** How long a host may take to answer an offer, ms. */
export const ANSWER_WITHIN = 8_000;

/** What a player without a page asks for. */
export interface PlayRequest {
	readonly deviceId: string;
	/** SDP. */
	readonly offer: string;
	readonly rights: Rights;
	readonly address: string | undefined;
}

/** A player that watches. */
export interface Playing {
	readonly viewerId: string;
	/** SDP. */
	readonly answer: string;
	/** Calls back once when it ended by itself; at once if it has. */
	onEnd(listener: () => void): void;
	/** Ends it. */
	leave(): void;
}

export interface PlayersDeps extends WithoutPageDeps {
	readonly viewers: Viewers;
	readonly clock: Clock;
}

/** Lets players without a page (WHEP) watch: viewers like any others, except that they offer and only look. */
export class Players {
	readonly #deps: PlayersDeps;

	constructor(deps: PlayersDeps) {
		this.#deps = deps;
	}

	/**
	 * Lets a player in whose rights have been checked. Fails with PortholeError as `refusalWithoutPage` says,
	 * `answer-timeout`, or with what the viewers or the host say.
	 */
	play({ deviceId, offer, rights, address }: PlayRequest): Promise<Playing> {
		const refusal = refusalWithoutPage(this.#deps, deviceId, rights);
		if (refusal) return Promise.reject(refusal);
		const { promise, resolve, reject } = Promise.withResolvers<Playing>();
		const [near, far] = memorySocketPair();
		const ended = Promise.withResolvers<void>();
		let viewerId = "";
		const leave = () => {
			near.send(JSON.stringify({ type: "leave" }));
			near.close();
			ended.resolve();
		};
		const fail = ({ code, message }: Reason) => {
			cancelTimer();
			leave();
			reject(new PortholeError(code, message));
		};
		const cancelTimer = this.#deps.clock.after(ANSWER_WITHIN, () =>
			fail({ code: "answer-timeout", message: `${deviceId} did not answer. Try again.` }),
		);
		near.onclose = () => fail({ code: "closing", message: "The server is shutting down." });
		near.onmessage = ({ data }) => {
			const message = parseMessage(toViewerSchema, String(data));
			if (message.type === "welcome") viewerId = message.viewerId;
			else if (message.type === "ended" || message.type === "error") fail(message.reason);
			else if (message.type === "answer") {
				cancelTimer();
				resolve({ viewerId, answer: message.sdp, leave, onEnd: (then) => void ended.promise.then(then) });
			}
		};
		const role = "view" as const;
		this.#deps.viewers.join(
			far,
			{ type: "hello", version: PROTOCOL_VERSION, as: "viewer", deviceId, media: false, name: "Player" },
			{ rights: { ...rights, role }, address, offer },
		);
		return promise;
	}
}
