import type { Clock } from "../../../server/devices/clock.ts";
import type { Feed } from "../../../server/webrtc/rtp/sender.ts";
import { accessUnit } from "../sender-lab.ts";

/** Keyframes are at most so many pictures long, and so far apart (ms). */
const KEYFRAME_PICTURES = 6;
const KEYFRAME_INTERVAL = 250;

/** An encoder that keeps to its rate: pictures of varying size, keyframes when asked. */
export class SimulatedEncoder {
	/** Bits per second; pauses while absent. */
	rate: number | undefined;
	/** How much of its rate the screen's content needs, 0..1. */
	activity = 1;
	keyframes = 0;
	readonly #clock: Clock;
	readonly #random: () => number;
	readonly #feed: Feed;
	readonly #frameRate: number;
	readonly #encoded: (timestamp: number, time: number, keyframe: boolean) => void;
	#keyframeNeeded = true;
	#keyframeAt = Number.NEGATIVE_INFINITY;
	#debt = 0;

	constructor(
		clock: Clock,
		random: () => number,
		feed: Feed,
		frameRate: number,
		encoded: (timestamp: number, time: number, keyframe: boolean) => void,
	) {
		this.#clock = clock;
		this.#random = random;
		this.#feed = feed;
		this.#frameRate = frameRate;
		this.#encoded = encoded;
		this.#tick();
	}

	requestKeyframe(): void {
		this.#keyframeNeeded = true;
	}

	#tick(): void {
		this.#clock.after(1000 / this.#frameRate, () => this.#tick());
		if (this.rate === undefined) return;
		const now = this.#clock.now();
		const keyframe = this.#keyframeNeeded && now - this.#keyframeAt >= KEYFRAME_INTERVAL;
		const share = (this.rate * this.activity) / 8 / this.#frameRate;
		// What a keyframe took is saved again over the following pictures, as a rate control with a small buffer does.
		const size = keyframe
			? (KEYFRAME_PICTURES * this.rate) / 8 / this.#frameRate
			: Math.max(60, share * (0.6 + 0.8 * this.#random()) - Math.min(this.#debt, share / 2));
		this.#debt = Math.max(0, this.#debt + size - share);
		if (keyframe) {
			this.#keyframeNeeded = false;
			this.#keyframeAt = now;
			this.keyframes++;
		}
		const timestamp = Math.round(now * 90) % 2 ** 32;
		this.#encoded(timestamp, now, keyframe);
		this.#feed.push(accessUnit(keyframe, Math.round(size), now), timestamp);
	}
}
