import type { Clock } from "../clock.ts";
import { PendingAnswers } from "../pending-answers.ts";
import { PortholeError } from "../protocol/errors.ts";
import { ANSWER_WITHIN, type DeviceRequest, lateAnswer, tooManyRequests } from "../server/device-request.ts";
import type { NeighbourMessage } from "./neighbour-messages.ts";

/** How much longer another process may take than its host, ms. */
const BEYOND_HOST = 1_000;
/** Whoever bears the id of a question may answer it: only its home was told. */
const ANYONE = "anyone";

export interface AskedNeighboursDeps {
	/** Id of this process. */
	readonly process: string;
	readonly clock: Clock;
	readonly send: (to: string, message: NeighbourMessage) => Promise<void>;
}

/** What this process has asked others for, of devices that have their home there. */
export class AskedNeighbours {
	readonly #deps: AskedNeighboursDeps;
	readonly #pending: PendingAnswers<Uint8Array>;

	constructor(deps: AskedNeighboursDeps) {
		this.#deps = deps;
		this.#pending = new PendingAnswers(deps.clock);
	}

	/** Asks the process that is the device's home. Fails as `DeviceRequests.ask` does. */
	ask(home: string, deviceId: string, request: DeviceRequest): Promise<Uint8Array> {
		const { process, send } = this.#deps;
		const question = {
			of: ANYONE,
			within: ANSWER_WITHIN[request.what] + BEYOND_HOST,
			late: lateAnswer(request, deviceId),
			tooMany: tooManyRequests(request),
		};
		const gone = new PortholeError(
			"host-offline",
			`The computer that ${deviceId} runs on cannot be reached.`,
		);
		return this.#pending.ask(question, (id) => {
			send(home, { type: "wanted", id, from: process, deviceId, request }).catch(() =>
				this.#pending.settle(id, ANYONE, gone),
			);
		});
	}

	/** What was not asked for, or comes too late, is dropped. */
	hear({ id, data, error }: Extract<NeighbourMessage, { type: "given" }>): void {
		const answer = error ? new PortholeError(error.code, error.message) : Buffer.from(data ?? "", "base64");
		this.#pending.settle(id, ANYONE, answer);
	}
}
