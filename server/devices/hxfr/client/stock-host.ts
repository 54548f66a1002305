import type { LiveUnit } from "../../../h264/live-stream.ts";
import type { Clock } from "../../clock.ts";
import { FORMAT, type FrameRequest, MAX_UNIT } from "../wire/message.ts";

/** How long a host of generation 1 may take for a picture, ms. Failures it answers with nothing at all. */
const FRAME_WITHIN = 2_000;

const NS = 1_000_000n;

export interface FramePullerOptions {
	readonly clock: Clock;
	readonly send: (request: FrameRequest) => void;
	/** It did not answer. */
	readonly silent: () => void;
}

/** Asks a host of generation 1 for one picture after the other, one request in flight. */
export class FramePuller {
	readonly #deps: FramePullerOptions;
	readonly #size: { readonly width: number; readonly height: number };
	readonly #resourceId: number;
	#interval: number;
	#forceKeyframe = true;
	#sentAt = 0;
	#cancel = () => {};

	constructor(
		deps: FramePullerOptions,
		resourceId: number,
		size: { readonly width: number; readonly height: number },
		frameRate: number,
	) {
		this.#deps = deps;
		this.#resourceId = resourceId;
		this.#size = size;
		this.#interval = 1000 / frameRate;
		this.#ask();
	}

	set frameRate(frameRate: number) {
		this.#interval = 1000 / frameRate;
	}

	requestKeyframe(): void {
		this.#forceKeyframe = true;
	}

	/** The answer came, whatever was in it. */
	answered(): void {
		this.#cancel();
		const wait = Math.max(0, this.#sentAt + this.#interval - this.#deps.clock.now());
		this.#cancel = this.#deps.clock.after(wait, () => this.#ask());
	}

	close(): void {
		this.#cancel();
	}

	#ask(): void {
		const { clock, send, silent } = this.#deps;
		this.#sentAt = clock.now();
		const { width, height } = this.#size;
		send({
			type: "frame-request",
			resourceId: this.#resourceId,
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

/** How long a stock host may take to answer a change of its bit rate with a keyframe, ms. */
const TRICK_WITHIN = 300;
/** The trick makes the host's encoder anew, for all who watch: not more often than this, ms. */
const TRICK_EVERY = 1_000;

export interface StockKeyframesOptions {
	readonly clock: Clock;
	/** Asks the host to code with a bit rate that differs by this much, bits per second. */
	readonly changeBitrate: (by: number) => void;
	/** Gives pictures once more. */
	readonly replay: (units: readonly LiveUnit[]) => void;
}

/**
 * Keyframes from a host that has no message for them. A bit rate that differs by 1 bit/s makes it begin anew with the next
 * picture; where none comes, as on a still screen, the pictures since the last keyframe are shown once more.
 */
export class StockKeyframes {
	readonly #deps: StockKeyframesOptions;
	readonly #group = new KeptGop();
	#odd = 0;
	#trickAt = Number.NEGATIVE_INFINITY;
	#cancel: (() => void) | undefined;

	constructor(deps: StockKeyframesOptions) {
		this.#deps = deps;
	}

	/** A picture has come. */
	took(unit: LiveUnit): void {
		this.#group.add(unit);
		if (unit.keyframe) this.#settle();
	}

	ask(): void {
		const { clock, changeBitrate, replay } = this.#deps;
		const now = clock.now();
		if (now - this.#trickAt >= TRICK_EVERY) {
			this.#trickAt = now;
			this.#odd = 1 - this.#odd;
			changeBitrate(this.#odd);
		}
		this.#cancel ??= clock.after(TRICK_WITHIN, () => {
			this.#cancel = undefined;
			if (this.#group.units.length > 0) replay(this.#group.units);
		});
	}

	close(): void {
		this.#settle();
		this.#group.clear();
	}

	#settle(): void {
		this.#cancel?.();
		this.#cancel = undefined;
	}
}

/** More pictures than this are too many to go through again. */
const MAX_PICTURES = 120;

/**
 * The last keyframe and all that followed it, for those who come later where no keyframe can be had. Too long or too
 * large a group is let go of, whole, until the next keyframe.
 */
export class KeptGop {
	#units: LiveUnit[] = [];
	#bytes = 0;

	add(unit: LiveUnit): void {
		if (unit.keyframe) this.clear();
		else if (this.#units.length === 0) return;
		this.#units.push(unit);
		this.#bytes += unit.data.length;
		if (this.#units.length > MAX_PICTURES || this.#bytes > MAX_UNIT) this.clear();
	}

	/** In order; none when there is no group to begin with. */
	get units(): readonly LiveUnit[] {
		return this.#units;
	}

	clear(): void {
		this.#units = [];
		this.#bytes = 0;
	}
}
