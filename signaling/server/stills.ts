import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { FromHost, ToHost } from "../protocol/messages.ts";
import type { DeviceDirectory } from "./device-directory.ts";

/** How long a host may take to send a still, ms. */
export const STILL_WITHIN = 3_000;
/** Stills that are waited for at a time; further ones are refused. */
const MAX_ASKED = 256;

interface Asked {
	readonly hostId: string;
	settle(answer: Uint8Array | PortholeError): void;
}

/** Asks hosts for small pictures of their devices, over their signaling lines. */
export class Stills {
	readonly #directory: DeviceDirectory;
	readonly #tellHost: (hostId: string, message: ToHost) => void;
	readonly #clock: Clock;
	readonly #asked = new Map<string, Asked>();

	constructor(directory: DeviceDirectory, clock: Clock, tellHost: (hostId: string, message: ToHost) => void) {
		this.#directory = directory;
		this.#clock = clock;
		this.#tellHost = tellHost;
	}

	/**
	 * A JPEG of a device's screen as it is now. Fails with PortholeError `no-such-device`, `host-offline`,
	 * `still-timeout`, `too-many-stills`, or with what the host says.
	 */
	ask(deviceId: string): Promise<Uint8Array> {
		return new Promise((resolve, reject) => {
			const hostId = this.#directory.hostOf(deviceId);
			if (hostId === undefined) return reject(this.#missing(deviceId));
			if (this.#asked.size >= MAX_ASKED) {
				return reject(
					new PortholeError("too-many-stills", "Too many stills are being made. Try again soon."),
				);
			}
			const requestId = randomUUID();
			const settle = (answer: Uint8Array | PortholeError) => {
				cancelTimer();
				this.#asked.delete(requestId);
				if (answer instanceof PortholeError) reject(answer);
				else resolve(answer);
			};
			const cancelTimer = this.#clock.after(STILL_WITHIN, () => {
				const words = `No still of ${deviceId} came within ${STILL_WITHIN / 1000} s.`;
				settle(new PortholeError("still-timeout", words));
			});
			this.#asked.set(requestId, { hostId, settle });
			this.#tellHost(hostId, { type: "still-wanted", requestId, deviceId });
		});
	}

	/** Takes what a host sent; what it was not asked for, or too late, is dropped. */
	answer(hostId: string, { requestId, jpeg, error }: Extract<FromHost, { type: "still" }>): void {
		const asked = this.#asked.get(requestId);
		if (asked?.hostId !== hostId) return;
		const data = Buffer.from(jpeg ?? "", "base64");
		// SOI marker (ITU-T T.81, B.1.1.3): what is served as a picture is one.
		if (data.length > 3 && data.readUIntBE(0, 3) === 0xffd8ff) return asked.settle(data);
		const reason = error ?? { code: "bad-still", message: "The host sent no JPEG." };
		asked.settle(new PortholeError(reason.code, reason.message));
	}

	/** A host is gone: nobody waits for it. */
	loseHost(hostId: string): void {
		for (const asked of [...this.#asked.values()]) {
			if (asked.hostId !== hostId) continue;
			asked.settle(new PortholeError("host-offline", "The computer of this device has just gone offline."));
		}
	}

	#missing(deviceId: string): PortholeError {
		if (!this.#directory.describe(deviceId)) {
			return new PortholeError("no-such-device", `There is no device ${deviceId} here.`);
		}
		return new PortholeError("host-offline", `The computer that ${deviceId} runs on is offline.`);
	}
}
