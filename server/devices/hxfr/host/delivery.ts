import type { Clock } from "../../clock.ts";
import type { AccessUnit } from "../../provider.ts";
import type { Connection } from "../wire/connection.ts";
import type { FrameRequest, Message } from "../wire/message.ts";

/** A client that takes nothing for this long is disconnected, ms. */
export const STUCK_LIMIT = 10_000;
/** How much may wait for a client: a quarter of a second of frames, within these bounds in bytes. */
const WAITING_SECONDS = 0.25;
const MIN_WAITING = 64 * 1024;
const MAX_WAITING = 1024 * 1024;

interface PushDeliveryOptions {
	readonly connection: Pick<Connection, "waiting" | "send">;
	readonly clock: Clock;
	readonly scanout: number;
	/** The client understands pts and dts as times. */
	readonly tellsTimes: () => boolean;
	/** The bitrate now, bits per second. */
	readonly bitrate: () => number;
	/** Frames were dropped and there is room again: only a keyframe can follow. */
	readonly keyframeNeeded: () => void;
	/** The client has taken nothing for `STUCK_LIMIT`. */
	readonly stuck: () => void;
}

/**
 * Pushes frames to one subscriber (generation 2). What does not fit is dropped, with all frames up to the next keyframe.
 */
export class PushDelivery {
	/** Frames that this client missed. */
	dropped = 0;
	readonly #options: PushDeliveryOptions;
	#needsKeyframe = true;
	#missed = false;
	#cancelStuck: (() => void) | undefined;

	constructor(options: PushDeliveryOptions) {
		this.#options = options;
	}

	/** Sends a frame, or drops it. */
	offer(unit: AccessUnit): void {
		const { connection, clock, scanout, tellsTimes } = this.#options;
		if (this.#needsKeyframe && !unit.keyframe) {
			if (this.#missed) this.dropped++;
			return;
		}
		if (connection.waiting > this.#room()) {
			this.dropped++;
			this.#missed = true;
			this.#needsKeyframe = true;
			this.#cancelStuck ??= clock.after(STUCK_LIMIT, this.#options.stuck);
			return;
		}
		this.#needsKeyframe = false;
		this.#missed = false;
		const pts = nanoseconds(unit.captureTime);
		const dts = tellsTimes() ? nanoseconds(unit.encodedTime) : pts;
		const { keyframe, data } = unit;
		connection.send({ type: "frame-response", session: scanout, pts, dts, keyframe, pieces: [data] });
	}

	/** Everything that waited was sent. */
	drained(): void {
		this.#cancelStuck?.();
		this.#cancelStuck = undefined;
		if (this.#missed) this.#options.keyframeNeeded();
	}

	close(): void {
		this.#cancelStuck?.();
	}

	#room(): number {
		const share = (this.#options.bitrate() / 8) * WAITING_SECONDS;
		return Math.min(MAX_WAITING, Math.max(MIN_WAITING, share));
	}
}

/** To the microsecond: a number does not hold the nanoseconds since the epoch. */
function nanoseconds(ms: number): bigint {
	return BigInt(Math.round(ms * 1000)) * 1000n;
}

/** How long a request waits for a frame, ms; after that it is answered without one. */
const REQUEST_WITHIN = 1_000;
/** Most frames kept for a client that asks more slowly than they come. */
const MAX_KEPT = 8;

/**
 * Answers one client's requests for frames (generation 1), each with the next one. When too many wait they are dropped,
 * with all frames up to the next keyframe.
 */
export class PullDelivery {
	readonly #clock: Clock;
	readonly #send: (message: Message) => void;
	readonly #keyframeNeeded: () => void;
	#kept: AccessUnit[] = [];
	#needsKeyframe = true;
	#asked: FrameRequest | undefined;
	#cancel = () => {};

	constructor(clock: Clock, send: (message: Message) => void, keyframeNeeded: () => void) {
		this.#clock = clock;
		this.#send = send;
		this.#keyframeNeeded = keyframeNeeded;
	}

	/** A further request while one waits replaces it; the first is answered without a frame. */
	ask(request: FrameRequest): void {
		if (this.#asked) this.#answer(undefined);
		if (request.forceKeyframe && !this.#kept.some(({ keyframe }) => keyframe)) {
			this.#kept = [];
			this.#needsKeyframe = true;
			this.#keyframeNeeded();
		}
		this.#asked = request;
		this.#cancel = this.#clock.after(REQUEST_WITHIN, () => this.#answer(undefined));
		const unit = this.#kept.shift();
		if (unit) this.#answer(unit);
	}

	unit(unit: AccessUnit): void {
		if (this.#needsKeyframe && !unit.keyframe) return;
		this.#needsKeyframe = false;
		if (this.#asked) return this.#answer(unit);
		this.#kept.push(unit);
		if (this.#kept.length <= MAX_KEPT) return;
		this.#kept = [];
		this.#needsKeyframe = true;
		this.#keyframeNeeded();
	}

	close(): void {
		this.#cancel();
	}

	#answer(unit: AccessUnit | undefined): void {
		const request = this.#asked;
		if (!request) return;
		this.#asked = undefined;
		this.#cancel();
		const { pts } = request;
		const pieces = unit ? [unit.data] : [];
		this.#send({
			type: "frame-response",
			session: 1,
			pts,
			dts: pts,
			keyframe: unit?.keyframe ?? false,
			pieces,
		});
	}
}
