import type { LiveUnit } from "../../../h264/live-stream.ts";
import type { Clock } from "../../clock.ts";
import { FORMAT, type FrameRequest, MAX_UNIT } from "../wire/message.ts";

/** How long a host of generation 1 may take for a frame, ms. It does not answer at all when it fails. */
const FRAME_WITHIN = 2_000;

const NS = 1_000_000n;

interface FramePullerOptions {
	readonly clock: Clock;
	readonly resourceId: number;
	readonly size: { readonly width: number; readonly height: number };
	readonly frameRate: number;
	readonly send: (request: FrameRequest) => void;
	/** The host did not answer. */
	readonly silent: () => void;
}

/** Asks a host of generation 1 for one frame after the other, with one request in flight. */
export class FramePuller {
	readonly #options: FramePullerOptions;
	#interval: number;
	#forceKeyframe = true;
	#sentAt = 0;
	#cancel = () => {};

	constructor(options: FramePullerOptions) {
		this.#options = options;
		this.#interval = 1000 / options.frameRate;
		this.#ask();
	}

	set frameRate(frameRate: number) {
		this.#interval = 1000 / frameRate;
	}

	requestKeyframe(): void {
		this.#forceKeyframe = true;
	}

	/** The answer arrived, whatever is in it. */
	answered(): void {
		this.#cancel();
		const { clock } = this.#options;
		const wait = Math.max(0, this.#sentAt + this.#interval - clock.now());
		this.#cancel = clock.after(wait, () => this.#ask());
	}

	close(): void {
		this.#cancel();
	}

	#ask(): void {
		const { clock, resourceId, size, send, silent } = this.#options;
		const { width, height } = size;
		this.#sentAt = clock.now();
		send({
			type: "frame-request",
			resourceId,
			width,
			height,
			format: FORMAT.bgra,
			stride: width * 4,
			pts: BigInt(Math.round(this.#sentAt)) * NS,
			duration: BigInt(Math.round(this.#interval * 1e6)),
			forceKeyframe: this.#forceKeyframe,
		});
		this.#forceKeyframe = false;
		this.#cancel = clock.after(FRAME_WITHIN, silent);
	}
}

/** How long a stock host may take to answer a change of bitrate with a keyframe, ms. */
const KEYFRAME_WITHIN = 300;
/** Least time between two such changes, ms: each restarts the host's encoder for all its clients. */
const CHANGE_EVERY = 1_000;

/**
 * Keyframes from a host that has no message for them. A bitrate that differs by 1 bit/s restarts its encoder with the next
 * frame. Where no frame comes, as on a still screen, the frames since the last keyframe are replayed.
 */
export class StockKeyframes {
	readonly #clock: Clock;
	readonly #changeBitrate: (by: number) => void;
	readonly #replay: (units: readonly LiveUnit[]) => void;
	readonly #gop = new KeptGop();
	#odd = 0;
	#changedAt = Number.NEGATIVE_INFINITY;
	#cancel: (() => void) | undefined;

	/** `changeBitrate` asks the host for a bitrate that differs by so many bits per second. */
	constructor(
		clock: Clock,
		changeBitrate: (by: number) => void,
		replay: (units: readonly LiveUnit[]) => void,
	) {
		this.#clock = clock;
		this.#changeBitrate = changeBitrate;
		this.#replay = replay;
	}

	/** A frame arrived. */
	took(unit: LiveUnit): void {
		this.#gop.add(unit);
		if (unit.keyframe) this.#settle();
	}

	ask(): void {
		const now = this.#clock.now();
		if (now - this.#changedAt >= CHANGE_EVERY) {
			this.#changedAt = now;
			this.#odd = 1 - this.#odd;
			this.#changeBitrate(this.#odd);
		}
		this.#cancel ??= this.#clock.after(KEYFRAME_WITHIN, () => {
			this.#cancel = undefined;
			if (this.#gop.units.length > 0) this.#replay(this.#gop.units);
		});
	}

	close(): void {
		this.#settle();
		this.#gop.clear();
	}

	#settle(): void {
		this.#cancel?.();
		this.#cancel = undefined;
	}
}

/** More frames than this are too many to replay. */
const MAX_FRAMES = 120;

/**
 * The last group of pictures: a keyframe and all frames since. One that is too long or too large is dropped whole, and the
 * next begins with the next keyframe.
 */
class KeptGop {
	#units: LiveUnit[] = [];
	#bytes = 0;

	add(unit: LiveUnit): void {
		if (unit.keyframe) this.clear();
		else if (this.#units.length === 0) return;
		this.#units.push(unit);
		this.#bytes += unit.data.length;
		if (this.#units.length > MAX_FRAMES || this.#bytes > MAX_UNIT) this.clear();
	}

	/** In order; empty when there is no complete group. */
	get units(): readonly LiveUnit[] {
		return this.#units;
	}

	clear(): void {
		this.#units = [];
		this.#bytes = 0;
	}
}
