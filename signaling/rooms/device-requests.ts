import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { bezelImageName } from "../protocol/device.ts";
import { knownCode } from "../protocol/error-codes.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { FromHost, Reason, ToHost } from "../protocol/messages.ts";
import type { DeviceDirectory } from "./device-directory.ts";

/** What a host can be asked to give or do, of one of its devices. */
export const deviceRequestSchema = v.variant("what", [
	/** A small JPEG of its screen. */
	v.object({ what: v.literal("screenshot") }),
	/** A PNG of its bezel. */
	v.object({ what: v.literal("bezel"), name: bezelImageName }),
	/** To be switched on or off; what comes back is empty. */
	v.object({ what: v.literal("power"), on: v.boolean() }),
]);

export type DeviceRequest = v.InferOutput<typeof deviceRequestSchema>;

/** How long a host may take, ms. Power is only ordered in that time; a phone's boot takes far longer. */
export const ANSWER_WITHIN: Readonly<Record<DeviceRequest["what"], number>> = {
	screenshot: 3_000,
	bezel: 5_000,
	power: 10_000,
};

/** Questions that wait for an answer at a time; further ones are refused. */
const MAX_PENDING = 256;

/** Largest image of a bezel, bytes. */
const MAX_FRAME_PICTURE = 512 * 1024;
/** SOI marker and the first of the next (ITU-T T.81, B.1.1.3). */
const JPEG = Buffer.from("ffd8ff", "hex");
/** Signature (PNG 3rd edition, 5.2). */
const PNG = Buffer.from("89504e470d0a1a0a", "hex");

/** What comes back: a frame, or nothing where something was to be done. */
type Answer = Uint8Array;
type AskedAnswer = Extract<FromHost, { type: "screenshot" | "done" }>;

/** Asks hosts for what concerns their devices and no viewer: screenshots, images of bezels, power. */
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
			this.#tellHost(hostId, messageFor(request, requestId, deviceId)),
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

function messageFor(request: DeviceRequest, requestId: string, deviceId: string): ToHost {
	switch (request.what) {
		case "screenshot":
			return { type: "screenshot-wanted", requestId, deviceId };
		case "bezel":
			return { type: "bezel-wanted", requestId, deviceId, name: request.name };
		case "power":
			return { type: "switch-power", requestId, deviceId, on: request.on };
	}
}

/** What is passed on as a frame is one. */
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
	if (what === "screenshot") throw new PortholeError("bad-screenshot", "The host sent no JPEG.");
	throw new PortholeError("bad-bezel", "The host sent no PNG of at most 512 KiB.");
}

function failed({ code, message }: Reason): PortholeError {
	return new PortholeError(knownCode(code), message);
}

const things = {
	screenshot: { name: "screenshot", late: "screenshot-timeout" },
	bezel: { name: "image of the bezel", late: "bezel-timeout" },
	power: { name: "answer to the power switch", late: "power-timeout" },
} as const;

/** Why a request failed that nobody answered in time: PortholeError `screenshot-timeout`, `bezel-timeout`, `power-timeout`. */
export function lateAnswer({ what }: DeviceRequest, deviceId: string): PortholeError {
	const { name, late } = things[what];
	return new PortholeError(late, `No ${name} of ${deviceId} came in time.`);
}

/** Why a request was not even sent. */
export function tooManyRequests({ what }: DeviceRequest): PortholeError {
	if (what === "screenshot")
		return new PortholeError("too-many-screenshots", "Too many screenshots are being made. Try again soon.");
	return new PortholeError("too-many-requests", "Too much is being asked of devices. Try again soon.");
}

/** One question, as its asker sees it. */
interface Question {
	/** Who is to answer. */
	readonly of: string;
	/** How long that may take, ms. */
	readonly within: number;
	/** Why it failed when nothing came in time. */
	readonly late: PortholeError;
	/** Why it failed when too many wait. */
	readonly tooMany: PortholeError;
}

interface Pending<T> {
	readonly of: string;
	settle(answer: T | PortholeError): void;
}

/** Requests that wait for an answer: so many at a time, each for so long. */
export class PendingAnswers<T> {
	readonly #clock: Clock;
	readonly #pending = new Map<string, Pending<T>>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Has `send` ask with an id that the answer has to bear. Rejects with `late`, `tooMany`, or what the answer says. */
	ask({ of, within, late, tooMany }: Question, send: (id: string) => void): Promise<T> {
		if (this.#pending.size >= MAX_PENDING) return Promise.reject(tooMany);
		const id = randomUUID();
		const { promise, resolve, reject } = Promise.withResolvers<T>();
		const cancel = this.#clock.after(within, () => this.settle(id, of, late));
		this.#pending.set(id, {
			of,
			settle(answer) {
				cancel();
				if (answer instanceof PortholeError) reject(answer);
				else resolve(answer);
			},
		});
		send(id);
		return promise;
	}

	/** Takes an answer. What was not asked, not of this one, or is too late, is dropped. */
	settle(id: string, by: string, answer: T | PortholeError): void {
		const pending = this.#pending.get(id);
		if (pending?.of !== by) return;
		this.#pending.delete(id);
		pending.settle(answer);
	}

	/** Somebody is gone: whoever waits for them waits no more. */
	lose(of: string, why: PortholeError): void {
		for (const [id, pending] of [...this.#pending]) if (pending.of === of) this.settle(id, of, why);
	}
}
