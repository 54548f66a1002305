import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { NeighbourMessage } from "./neighbour-messages.ts";

/** How long another process may take, ms: longer than a host may. */
const ANSWER_WITHIN = 4_000;
/** Stills that are waited for at a time; further ones are refused. */
const MAX_ASKED = 256;

export interface AskedStillsDeps {
	/** Id of this process. */
	readonly process: string;
	readonly clock: Clock;
	readonly send: (to: string, message: NeighbourMessage) => Promise<void>;
}

/** Stills that this process has asked others for. */
export class AskedStills {
	readonly #deps: AskedStillsDeps;
	readonly #asked = new Map<string, (answer: Uint8Array | PortholeError) => void>();

	constructor(deps: AskedStillsDeps) {
		this.#deps = deps;
	}

	/** A JPEG of a device's screen from the process that is its home. Fails as `Stills.ask` does. */
	async ask(home: string, deviceId: string): Promise<Uint8Array> {
		const { process, clock, send } = this.#deps;
		if (this.#asked.size >= MAX_ASKED)
			throw new PortholeError("too-many-stills", "Too many stills are being made. Try again soon.");
		const request = randomUUID();
		const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
		const settle = (answer: Uint8Array | PortholeError) => {
			cancel();
			this.#asked.delete(request);
			if (answer instanceof PortholeError) reject(answer);
			else resolve(answer);
		};
		const late = new PortholeError("still-timeout", `No still of ${deviceId} came in time.`);
		const cancel = clock.after(ANSWER_WITHIN, () => settle(late));
		this.#asked.set(request, settle);
		const gone = new PortholeError(
			"host-offline",
			`The computer that ${deviceId} runs on cannot be reached.`,
		);
		send(home, { type: "still-wanted", request, from: process, deviceId }).catch(() => settle(gone));
		return promise;
	}

	/** What was not asked for, or comes too late, is dropped. */
	hear({ request, jpeg, error }: Extract<NeighbourMessage, { type: "still" }>): void {
		const settle = this.#asked.get(request);
		if (!settle) return;
		if (jpeg) return settle(Buffer.from(jpeg, "base64"));
		settle(new PortholeError(error?.code ?? "bad-still", error?.message ?? "The host sent no JPEG."));
	}
}
