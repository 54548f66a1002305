import type { Rendition } from "../../../server/devices/provider.ts";
import type { MaxBitrates, TargetBitrates } from "../../../server/webrtc/media.ts";
import { Subscribers } from "../../../server/webrtc/rtp/subscribers.ts";
import { PoolClock } from "../pool-clock.ts";
import { seededRandom } from "./random.ts";
import { SimulatedEncoder } from "./simulated-encoder.ts";
import { type EncodedPicture, SimulatedViewer, type ViewerOptions } from "./simulated-viewer.ts";

const MAX_BITRATES: MaxBitrates = { main: 8e6, small: 1.5e6 };

/** One source of two renditions and its viewers in virtual time; all between the encoder and the paths is the real thing. */
export class SimulatedBroadcast {
	readonly clock = new PoolClock();
	readonly encoders: Readonly<Record<Rendition, SimulatedEncoder>>;
	readonly targets: TargetBitrates[] = [];
	readonly viewers: SimulatedViewer[] = [];
	readonly #random: () => number;
	readonly #audience: Subscribers;
	readonly #pictures = new Map<number, EncodedPicture>();

	constructor(seed: number, maxBitrates = MAX_BITRATES) {
		this.#random = seededRandom(seed);
		const feeds = { main: this.clock.pool.openFeed(), small: this.clock.pool.openFeed() };
		const note = (timestamp: number, time: number, keyframe: boolean) => {
			this.#pictures.set(timestamp, { time, keyframe });
		};
		this.encoders = {
			main: new SimulatedEncoder(this.clock, this.#random, feeds.main, 60, note),
			small: new SimulatedEncoder(this.clock, this.#random, feeds.small, 30, note),
		};
		this.#audience = new Subscribers({
			clock: this.clock,
			feeds,
			maxBitrates,
			events: {
				keyframeNeeded: (rendition) => this.encoders[rendition].requestKeyframe(),
				targetBitrates: (targetBitrates) => this.#obey(targetBitrates),
			},
		});
	}

	/** A broadcast to one viewer. */
	static toOne(
		seed: number,
		options: ViewerOptions,
	): { viewer: SimulatedViewer; broadcast: SimulatedBroadcast } {
		const broadcast = new SimulatedBroadcast(seed);
		return { broadcast, viewer: broadcast.join(options) };
	}

	join(options: ViewerOptions): SimulatedViewer {
		const viewer = new SimulatedViewer(options, {
			clock: this.clock,
			random: this.#random,
			pool: this.clock.pool,
			member: this.#audience.join(`viewer ${this.viewers.length}`),
			picture: (timestamp) => this.#pictures.get(timestamp),
		});
		this.viewers.push(viewer);
		return viewer;
	}

	/** Lets time pass, milliseconds. */
	run(ms: number): void {
		this.clock.advance(ms);
	}

	#obey(targetBitrates: TargetBitrates): void {
		this.targets.push(targetBitrates);
		for (const rendition of ["main", "small"] as const) {
			const encoder = this.encoders[rendition];
			if (encoder.rate === undefined && targetBitrates[rendition] !== undefined) encoder.requestKeyframe();
			encoder.rate = targetBitrates[rendition];
		}
	}
}
