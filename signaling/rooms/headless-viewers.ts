import type { HostKeys } from "../auth/host-keys.ts";
import type { Rights } from "../auth/rights.ts";
import type { SocketLike } from "../client.ts";
import type { Clock } from "../clock.ts";
import { memorySocketPair } from "../memory-socket.ts";
import { knownCode } from "../protocol/error-codes.ts";
import { PortholeError } from "../protocol/errors.ts";
import { PROTOCOL_VERSION, type Reason, toViewerSchema } from "../protocol/messages.ts";
import { parseMessage } from "../protocol/parse.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import type { Viewers, Visitor } from "./viewers.ts";

/** How long a host may take to answer an offer, ms. */
export const OFFER_ANSWERED_WITHIN = 8_000;

/** What a player (WHEP) asks for. */
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

/** What a client of a gateway comes with; its rights have been checked. */
export interface EnterRequest {
	readonly deviceId: string;
	readonly rights: Rights;
	/** What others see, at most 40 characters. */
	readonly name: string;
	readonly address: string | undefined;
	/** By which the device's host knows it. */
	readonly ticket: string;
}

/** A client of a gateway that was let in. */
export interface Entered {
	readonly viewerId: string;
	/** Calls back once when signaling ended it, at once if it has; never after `leave()`. */
	onEnd(listener: (reason: Reason) => void): void;
	leave(): void;
}

interface HeadlessViewersDeps {
	readonly viewers: Viewers;
	readonly directory: DeviceDirectory;
	readonly hostKeys: Pick<HostKeys, "hostOf">;
	readonly clock: Clock;
}

const closing: Reason = { code: "closing", message: "The server is shutting down." };

/**
 * Viewers without a page: players (WHEP), which make the offer themselves and only watch, and clients of gateways, which
 * bring a ticket in place of an offer, as neither their frames nor their input pass through WebRTC. Rooms and hosts treat
 * them like any other viewer; each is connected through a socket in memory.
 */
export class HeadlessViewers {
	readonly #deps: HeadlessViewersDeps;

	constructor(deps: HeadlessViewersDeps) {
		this.#deps = deps;
	}

	/**
	 * Lets a player in whose rights have been checked. Fails with PortholeError `no-such-device`, `host-offline`,
	 * `asks-first`, `answer-timeout`, or with what the viewers or the host say.
	 */
	play({ deviceId, offer, rights, address }: PlayRequest): Promise<Playing> {
		const refusal = this.#refusal(deviceId, rights);
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
			reject(new PortholeError(knownCode(code), message));
		};
		const cancelTimer = this.#deps.clock.after(OFFER_ANSWERED_WITHIN, () =>
			fail({ code: "answer-timeout", message: `${deviceId} did not answer. Try again.` }),
		);
		near.onclose = () => fail(closing);
		near.onmessage = ({ data }) => {
			const message = parseMessage(toViewerSchema, String(data));
			if (message.type === "welcome") viewerId = message.viewerId;
			else if (message.type === "ended" || message.type === "error") fail(message.reason);
			else if (message.type === "answer") {
				cancelTimer();
				resolve({ viewerId, answer: message.sdp, leave, onEnd: (then) => void ended.promise.then(then) });
			}
		};
		this.#join(far, deviceId, "Player", { rights: { ...rights, role: "view" }, address, offer });
		return promise;
	}

	/**
	 * Lets a client of a gateway in. Fails with PortholeError `no-such-device`, `host-offline`, `asks-first`, or with what
	 * the viewers say.
	 */
	enter({ deviceId, rights, name, address, ticket }: EnterRequest): Promise<Entered> {
		const refusal = this.#refusal(deviceId, rights);
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
			reject(new PortholeError(knownCode(reason.code), reason.message));
			over.resolve(reason);
		};
		near.onclose = () => end(closing);
		near.onmessage = ({ data }) => {
			const message = parseMessage(toViewerSchema, String(data));
			if (message.type === "ended" || message.type === "error") end(message.reason);
			else if (message.type === "welcome") {
				const onEnd = (listener: (reason: Reason) => void) => void over.promise.then(listener);
				resolve({ viewerId: message.viewerId, leave, onEnd });
			}
		};
		this.#join(far, deviceId, name, { rights, address, gatewayTicket: ticket });
		return promise;
	}

	#join(socket: SocketLike, deviceId: string, name: string, visitor: Visitor): void {
		const hello = { type: "hello", version: PROTOCOL_VERSION, as: "viewer" } as const;
		this.#deps.viewers.join(socket, { ...hello, deviceId, media: false, name }, visitor);
	}

	/** Where an owner admits people first, only a page can wait. */
	#refusal(deviceId: string, { role }: Rights): PortholeError | undefined {
		const { directory, hostKeys } = this.#deps;
		const device = directory.describe(deviceId);
		if (!device && hostKeys.hostOf(deviceId) === undefined) {
			return new PortholeError("no-such-device", `There is no device ${deviceId} here.`);
		}
		if (!device || directory.hostOf(deviceId) === undefined) {
			return new PortholeError("host-offline", `The computer that ${deviceId} runs on is offline.`);
		}
		if (device.policy.askFirst === "never" || role === "own") return undefined;
		const words = "An owner lets people in to this device first, which only a page can wait for.";
		return new PortholeError("asks-first", words);
	}
}
