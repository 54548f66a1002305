import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { FromHost, ToHost } from "../../signaling/protocol/messages.ts";
import type { Device, DeviceEnd } from "../devices/provider.ts";
import type { Log } from "../log.ts";
import { reasonOf } from "../viewers/session.ts";

/** Publishers that a host takes at a time; further ones are refused. */
export const MAX_PUBLISHERS = 16;

/** A device that a publisher makes, which can be ended from here. */
export interface PublishedDevice extends Device {
	end(end: DeviceEnd): void;
}

/** Answers a publisher's offer and makes a device of its stream. Throws PortholeError, as for an offer of no use. */
export type OpenPublished = (
	deviceId: string,
	offer: string,
) => Promise<{ readonly device: PublishedDevice; readonly answer: string }>;

export interface PublicationsDeps {
	readonly open: OpenPublished;
	/** Whether a device of this id is here, or is coming. */
	readonly taken: (deviceId: string) => boolean;
	/** Offers the device from now on. */
	readonly adopt: (device: Device) => void;
	readonly send: (message: FromHost) => void;
	readonly log: Pick<Log, "error">;
}

/** The streams that publishers send to this host, each a device for as long as it lasts. */
export class Publications {
	readonly #deps: PublicationsDeps;
	/** By request; undefined while it is being opened. */
	readonly #devices = new Map<string, PublishedDevice | undefined>();
	readonly #opening = new Set<string>();
	#closed = false;

	constructor(deps: PublicationsDeps) {
		this.#deps = deps;
	}

	/** A publisher offers a stream; answers with `published`. Never fails. */
	async publish({ requestId, deviceId, sdp }: Extract<ToHost, { type: "publish" }>): Promise<void> {
		try {
			const answer = await this.#open(requestId, deviceId, sdp);
			this.#deps.send({ type: "published", requestId, sdp: answer });
		} catch (error) {
			this.#devices.delete(requestId);
			if (!(error instanceof PortholeError))
				this.#deps.log.error("a published stream could not be taken", { deviceId, error });
			this.#deps.send({ type: "published", requestId, error: reasonOf(error) });
		}
	}

	/** A publisher takes its stream back. */
	unpublish(requestId: string): void {
		const device = this.#devices.get(requestId);
		this.#devices.delete(requestId);
		device?.end({ code: "publisher-left", message: "The publisher stopped sending." });
	}

	/** What is being opened is not wanted any more. */
	close(): void {
		this.#closed = true;
	}

	async #open(requestId: string, deviceId: string, offer: string): Promise<string> {
		const { open, taken, adopt, send } = this.#deps;
		if (taken(deviceId) || this.#opening.has(deviceId)) {
			throw new PortholeError(
				"device-id-taken",
				`There is already a device ${deviceId}. Publish to another id.`,
			);
		}
		if (this.#devices.size >= MAX_PUBLISHERS) {
			const words = `This host takes ${MAX_PUBLISHERS} publishers at a time. Try again later.`;
			throw new PortholeError("too-many-publishers", words);
		}
		this.#devices.set(requestId, undefined);
		this.#opening.add(deviceId);
		try {
			const { device, answer } = await open(deviceId, offer);
			if (this.#closed || !this.#devices.has(requestId)) {
				await device.close();
				throw new PortholeError("host-stopped", `${deviceId}: the stream was given up meanwhile.`);
			}
			this.#devices.set(requestId, device);
			device.onEnd(() => {
				if (this.#devices.delete(requestId)) send({ type: "unpublished", requestId });
			});
			adopt(device);
			return answer;
		} finally {
			this.#opening.delete(deviceId);
		}
	}
}
