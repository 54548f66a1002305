import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { knownCode } from "../protocol/error-codes.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { FromHost, ToHost } from "../protocol/messages.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import { OFFER_ANSWERED_WITHIN } from "./headless-viewers.ts";

/** Streams of publishers at one signaling server, with those that are being taken; further ones are refused. */
const MAX_PUBLICATIONS = 256;

/** A host that makes devices of published streams. */
export interface PublishHost {
	readonly id: string;
	/** What its devices' ids begin with. */
	readonly prefix: string;
}

/** A published stream that is a device. */
export interface Publication {
	/** As everybody sees it. */
	readonly deviceId: string;
	/** SDP. */
	readonly answer: string;
	/** Calls back once when the device is gone. */
	onEnd(listener: () => void): void;
	/** The publisher takes it back. */
	end(): void;
}

interface Entry {
	readonly hostId: string;
	readonly deviceId: string;
	readonly settle: (answer: string | PortholeError) => void;
	readonly ended: PromiseWithResolvers<void>;
}

interface PublicationsDeps {
	readonly directory: DeviceDirectory;
	readonly clock: Clock;
	readonly hosts: () => readonly PublishHost[];
	readonly tellHost: (hostId: string, message: ToHost) => void;
}

/** Hands the streams of publishers (WHIP) to hosts that make devices of them. */
export class Publications {
	readonly #deps: PublicationsDeps;
	readonly #entries = new Map<string, Entry>();

	constructor(deps: PublicationsDeps) {
		this.#deps = deps;
	}

	/**
	 * Offers a stream that shall be a device. Fails with PortholeError `no-publish-host`, `ambiguous-host`,
	 * `device-id-taken`, `too-many-publishers`, `answer-timeout`, `host-offline`, or with what the host says.
	 */
	publish(wantedId: string, offer: string): Promise<Publication> {
		const { promise, resolve, reject } = Promise.withResolvers<Publication>();
		const host = this.#hostFor(wantedId);
		if (host instanceof PortholeError) return Promise.reject(host);
		const deviceId = wantedId.startsWith(host.prefix) ? wantedId : host.prefix + wantedId;
		const refusal = this.#refusal(deviceId);
		if (refusal) return Promise.reject(refusal);
		const requestId = randomUUID();
		const ended = Promise.withResolvers<void>();
		const end = () => {
			if (!this.#entries.has(requestId)) return;
			this.#deps.tellHost(host.id, { type: "unpublish", requestId });
			this.#forget(requestId);
		};
		const settle = (answer: string | PortholeError) => {
			cancelTimer();
			if (typeof answer === "string") {
				resolve({ deviceId, answer, end, onEnd: (then) => void ended.promise.then(then) });
			} else {
				end();
				reject(answer);
			}
		};
		const cancelTimer = this.#deps.clock.after(OFFER_ANSWERED_WITHIN, () =>
			settle(new PortholeError("answer-timeout", `No host took the stream ${deviceId} in time. Try again.`)),
		);
		this.#entries.set(requestId, { hostId: host.id, deviceId, settle, ended });
		this.#deps.tellHost(host.id, { type: "publish", requestId, deviceId, sdp: offer });
		return promise;
	}

	/** Takes what a host answered; what it was not asked for, or too late, is dropped. */
	answered(hostId: string, { requestId, sdp, error }: Extract<FromHost, { type: "published" }>): void {
		const entry = this.#entries.get(requestId);
		if (entry?.hostId !== hostId) return;
		if (sdp !== undefined) return entry.settle(sdp);
		const { code, message } = error ?? { code: "bad-answer", message: "The host sent no answer." };
		this.#forget(requestId);
		entry.settle(new PortholeError(knownCode(code), message));
	}

	/** A host says that a publisher's device is gone. */
	gone(hostId: string, requestId: string): void {
		if (this.#entries.get(requestId)?.hostId === hostId) this.#forget(requestId);
	}

	/** A host is gone; what it has been asked for fails, and it may come back with its devices. */
	loseHost(hostId: string): void {
		for (const { hostId: of, settle } of [...this.#entries.values()]) {
			if (of !== hostId) continue;
			settle(new PortholeError("host-offline", "The computer of this device has just gone offline."));
		}
	}

	#forget(requestId: string): void {
		this.#entries.get(requestId)?.ended.resolve();
		this.#entries.delete(requestId);
	}

	#refusal(deviceId: string): PortholeError | undefined {
		const { directory } = this.#deps;
		if (deviceId.length > 64) {
			return new PortholeError("bad-device-id", `${deviceId} is too long for a device's id.`);
		}
		// A host that came back without a device of a publisher has lost it.
		for (const [requestId, entry] of [...this.#entries]) {
			if (entry.deviceId === deviceId && directory.hostOf(deviceId) === undefined) this.#forget(requestId);
		}
		if (directory.describe(deviceId) && directory.hostOf(deviceId) !== undefined) {
			return new PortholeError(
				"device-id-taken",
				`There is already a device ${deviceId}. Publish to another id.`,
			);
		}
		if (this.#entries.size < MAX_PUBLICATIONS) return undefined;
		return new PortholeError("too-many-publishers", "Too many streams are published here. Try again later.");
	}

	#hostFor(wantedId: string): PublishHost | PortholeError {
		const hosts = this.#deps.hosts();
		const named = hosts.find(({ prefix }) => prefix !== "" && wantedId.startsWith(prefix));
		const [only] = hosts;
		if (named ?? (hosts.length === 1 && only)) return (named ?? only) as PublishHost;
		if (hosts.length === 0) {
			const words = "No host takes published streams. Start one with porthole host --publishers.";
			return new PortholeError("no-publish-host", words);
		}
		const prefixes = hosts.map(({ prefix }) => prefix).join(", ");
		const words = `Several hosts take published streams. Begin the id with the host's: ${prefixes}`;
		return new PortholeError("ambiguous-host", words.slice(0, 400));
	}
}
