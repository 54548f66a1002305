import type { Clock } from "../../clock.ts";
import type { AccessUnit } from "../../provider.ts";
import type { Connection } from "../wire/connection.ts";
import type { FrameRequest, Message } from "../wire/message.ts";

/** A client that takes nothing for this long is of no use, ms. */
export const STUCK_LIMIT = 10_000;
/** What may wait for a client: this much of a second of pictures, within bounds, bytes. */
const WAITING_SECONDS = 0.25;
const LEAST_WAITING = 64 * 1024;
const MOST_WAITING = 1024 * 1024;

export interface PushDeliveryOptions {
	readonly connection: Pick<Connection, "waiting" | "send">;
	readonly clock: Clock;
	readonly scanout: number;
	/** The client understands real times in pts and dts. */
	readonly tellsTimes: () => boolean;
	/** Bits per second now. */
	readonly bitrate: () => number;
	/** Pictures were dropped and there is room again: only a keyframe can follow. */
	readonly keyframeNeeded: () => void;
	/** The client has taken nothing for `STUCK_LIMIT`. */
	readonly stuck: () => void;
}

/** The pictures of one subscriber. Those that do not fit are dropped, and all after them up to the next keyframe. */
export class PushDelivery {
	/** Pictures that this client missed. */
	dropped = 0;
	readonly #deps: PushDeliveryOptions;
	#needsKeyframe = true;
	#missed = false;
	#cancelStuck: (() => void) | undefined;

	constructor(deps: PushDeliveryOptions) {
		this.#deps = deps;
	}

	/** Sends a picture, or drops it. */
	offer(unit: AccessUnit): void {
		const { connection, clock, scanout, tellsTimes } = this.#deps;
		if (this.#needsKeyframe && !unit.keyframe) {
			if (this.#missed) this.dropped++;
			return;
		}
		if (connection.waiting > this.#room()) {
			this.dropped++;
			this.#missed = true;
			this.#needsKeyframe = true;
			this.#cancelStuck ??= clock.after(STUCK_LIMIT, this.#deps.stuck);
			return;
		}
		this.#needsKeyframe = false;
		this.#missed = false;
		const pts = nanoseconds(unit.captureTime);
		const dts = tellsTimes() ? nanoseconds(unit.encodedTime) : pts;
		const { keyframe, data } = unit;
		connection.send({ type: "frame-response", session: scanout, pts, dts, keyframe, pieces: [data] });
	}

	/** Everything that waited has left. */
	drained(): void {
		this.#cancelStuck?.();
		this.#cancelStuck = undefined;
		if (this.#missed) this.#deps.keyframeNeeded();
	}

	close(): void {
		this.#cancelStuck?.();
	}

	#room(): number {
		const share = (this.#deps.bitrate() / 8) * WAITING_SECONDS;
		return Math.min(MOST_WAITING, Math.max(LEAST_WAITING, share));
	}
}

/** To the microsecond: a number does not hold the nanoseconds since the epoch. */
function nanoseconds(ms: number): bigint {
	return BigInt(Math.round(ms * 1000)) * 1000n;
}

/** How long a request waits for a picture, ms; after that it is answered without one. */
const REQUEST_WITHIN = 1_000;
/** Pictures kept for somebody who asks more slowly than they come. */
const MAX_KEPT = 8;

export interface PullDeliveryOptions {
	readonly clock: Clock;
	readonly send: (message: Message) => void;
	readonly keyframeNeeded: () => void;
}

/**
 * Answers requests for a scanout's pictures (generation 1), each with the next one. More than are asked for are dropped,
 * and then all up to the next keyframe.
 */
export class PullDelivery {
	readonly #deps: PullDeliveryOptions;
	#kept: AccessUnit[] = [];
	#needsKeyframe = true;
	#asked: FrameRequest | undefined;
	#cancel = () => {};

	constructor(deps: PullDeliveryOptions) {
		this.#deps = deps;
	}

	/** One request is in flight at a time; a further one takes the place of the one before, which gets no picture. */
	ask(request: FrameRequest): void {
		if (this.#asked) this.#answer(undefined);
		if (request.forceKeyframe && !this.#kept.some(({ keyframe }) => keyframe)) {
			this.#kept = [];
			this.#needsKeyframe = true;
			this.#deps.keyframeNeeded();
		}
		this.#asked = request;
		this.#cancel = this.#deps.clock.after(REQUEST_WITHIN, () => this.#answer(undefined));
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
		this.#deps.keyframeNeeded();
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
		this.#deps.send({
			type: "frame-response",
			session: 1,
			pts,
			dts: pts,
			keyframe: unit?.keyframe ?? false,
			pieces,
		});
	}
}
