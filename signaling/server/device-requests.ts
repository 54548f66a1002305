import type { Clock } from "../clock.ts";
import { PendingAnswers } from "../pending-answers.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { FromHost, Reason, ToHost } from "../protocol/messages.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import { ANSWER_WITHIN, type DeviceRequest, lateAnswer, tooManyRequests } from "./device-request.ts";

/** Largest image of a bezel, bytes. */
const MAX_FRAME_PICTURE = 512 * 1024;
/** SOI marker and the first of the next (ITU-T T.81, B.1.1.3). */
const JPEG = Buffer.from("ffd8ff", "hex");
/** Signature (PNG 3rd edition, 5.2). */
const PNG = Buffer.from("89504e470d0a1a0a", "hex");

/** What comes back: a picture, or nothing where something was to be done. */
type Answer = Uint8Array;
type AskedAnswer = Extract<FromHost, { type: "screenshot" | "done" }>;

/** Asks hosts for what concerns their devices and no viewer, over their signaling lines. */
export class DeviceRequests {
	readonly #directory: DeviceDirectory;
	readonly #tellHost: (hostId: string, message: ToHost) => void;
	readonly #pending: PendingAnswers<AskedAnswer>;

	constructor(directory: DeviceDirectory, clock: Clock, tellHost: (hostId: string, message: ToHost) => void) {
		this.#directory = directory;
		this.#tellHost = tellHost;
		this.#pending = new PendingAnswers(clock);
	}

	/**
	 * Asks for something. Fails with PortholeError `no-such-device`, `host-offline`, `screenshot-timeout`, `bezel-timeout`,
	 * `power-timeout`, `too-many-screenshots`, `too-many-requests`, `bad-screenshot`, `bad-bezel`, or with what the host says.
	 */
	async ask(deviceId: string, request: DeviceRequest): Promise<Answer> {
		const hostId = this.#directory.hostOf(deviceId);
		if (hostId === undefined) throw this.#missing(deviceId);
		const question = {
			of: hostId,
			within: ANSWER_WITHIN[request.what],
			late: lateAnswer(request, deviceId),
			tooMany: tooManyRequests(request),
		};
		const answer = await this.#pending.ask(question, (requestId) =>
			this.#tellHost(hostId, messageOf(request, requestId, deviceId)),
		);
		return read(request, answer);
	}

	/** Takes what a host sent; what it was not asked for, or too late, is dropped. */
	answer(hostId: string, answer: AskedAnswer): void {
		this.#pending.settle(answer.requestId, hostId, answer);
	}

	/** A host is gone: nobody waits for it. */
	loseHost(hostId: string): void {
		const words = "The computer of this device has just gone offline.";
		this.#pending.lose(hostId, new PortholeError("host-offline", words));
	}

	#missing(deviceId: string): PortholeError {
		if (!this.#directory.describe(deviceId)) {
			return new PortholeError("no-such-device", `There is no device ${deviceId} here.`);
		}
		return new PortholeError("host-offline", `The computer that ${deviceId} runs on is offline.`);
	}
}

function messageOf(request: DeviceRequest, requestId: string, deviceId: string): ToHost {
	switch (request.what) {
		case "screenshot":
			return { type: "screenshot-wanted", requestId, deviceId };
		case "bezel":
			return { type: "bezel-wanted", requestId, deviceId, name: request.name };
		case "power":
			return { type: "switch-power", requestId, deviceId, on: request.on };
	}
}

/** What is passed on as a picture is one. */
function read({ what }: DeviceRequest, answer: AskedAnswer): Answer {
	if (answer.error) throw failed(answer.error);
	if (what === "power") return new Uint8Array();
	const [base64, signature] = answer.type === "screenshot" ? [answer.jpeg, JPEG] : [answer.png, PNG];
	const data = Buffer.from(base64 ?? "", "base64");
	const isPicture =
		(what === "screenshot") === (answer.type === "screenshot") &&
		data.length > signature.length &&
		data.subarray(0, signature.length).equals(signature);
	if (isPicture && data.length <= MAX_FRAME_PICTURE) return data;
	const words = what === "screenshot" ? "The host sent no JPEG." : "The host sent no PNG of at most 512 KiB.";
	throw new PortholeError(`bad-${what}`, words);
}

function failed({ code, message }: Reason): PortholeError {
	return new PortholeError(code, message);
}
