import type { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import { LiveStream, type LiveUnit } from "../../h264/live-stream.ts";
import type { Clock } from "../clock.ts";
import type { DeviceEnd, Rate, Source, SourceOptions } from "../provider.ts";
import { has, type Peer } from "./client/link.ts";
import { FramePuller, StockKeyframes } from "./client/stock-host.ts";
import type { FrameResponse, Message } from "./wire/message.ts";

/** Frame sizes as in `Message`. */
export interface Size {
	readonly width: number;
	readonly height: number;
}

interface HxfrSourceParts {
	readonly clock: Clock;
	readonly scanout: number;
	readonly peer: Peer;
	/** The host pushes frames (generation 2), or is asked for each (generation 1). */
	readonly generation: 1 | 2;
	/** The size to ask for; frames carry their own. */
	readonly size: Size;
	readonly options: SourceOptions;
	readonly send: (message: Message) => void;
	/** The host did not answer a request. */
	readonly onSilent: () => void;
	/** The source is no longer open, for whatever reason. */
	readonly onClose: () => void;
}

/** Passes on the frames of a scanout as they arrive; nothing is encoded again. */
export class HxfrSource implements Source {
	readonly canScale = false;
	readonly encoder: string;
	readonly #parts: HxfrSourceParts;
	readonly #stream = new LiveStream();
	readonly #stock: StockKeyframes | undefined;
	readonly #puller: FramePuller | undefined;
	#rate: Rate;
	#size: Size;
	#paused = false;
	#closed = false;

	constructor(parts: HxfrSourceParts) {
		this.#parts = parts;
		const { clock, peer, generation, options } = parts;
		this.#rate = options;
		this.#size = parts.size;
		if (generation === 1) {
			this.#puller = new FramePuller({
				clock,
				resourceId: parts.scanout,
				size: parts.size,
				frameRate: options.frameRate,
				send: (request) => parts.send({ ...request, session: 1 }),
				silent: parts.onSilent,
			});
			this.encoder = "H.264 over HXFR 1, keyframes on request";
			return;
		}
		this.#configure(0);
		if (has(peer, "keyframes")) {
			this.encoder = "H.264 over HXFR, keyframes on request";
			return;
		}
		this.#stock = new StockKeyframes(
			clock,
			(by) => this.#configure(by),
			(units) => this.#replay(units),
		);
		this.encoder = "H.264 over HXFR 2, keyframes by a new bit rate or kept frames";
	}

	requestKeyframe(): void {
		if (this.#closed) return;
		if (this.#puller) this.#puller.requestKeyframe();
		else if (this.#stock) this.#stock.ask();
		else this.#parts.send({ type: "keyframe-request", session: this.#parts.scanout });
	}

	setRate(rate: Rate | undefined): void {
		if (this.#closed) return;
		const resumes = this.#paused && rate !== undefined;
		this.#paused = rate === undefined;
		if (!rate) return;
		this.#rate = rate;
		if (this.#puller) this.#puller.frameRate = rate.frameRate;
		this.#configure(0);
		if (resumes) this.requestKeyframe();
	}

	setSmallRate(): void {}

	/** A frame arrived. */
	take(response: FrameResponse): void {
		if (this.#closed) return;
		this.#puller?.answered();
		const { clock, peer } = this.#parts;
		const unit = this.#stream.take(response.pieces);
		if (!unit) return;
		this.#size = unit;
		this.#stock?.took(unit);
		this.#give(unit, frameTimes(response, clock.now(), has(peer, "times")));
	}

	/** The host is gone, or the scanout: tells the sink why. */
	end(why: PortholeError | DeviceEnd): void {
		if (this.#closed) return;
		this.#shut();
		this.#parts.options.sink.ended({ code: why.code, message: why.message });
	}

	async close(): Promise<void> {
		this.#shut();
	}

	#shut(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#puller?.close();
		this.#stock?.close();
		this.#parts.onClose();
	}

	#give(
		unit: LiveUnit,
		times: { readonly captureTime: MonotonicTime; readonly encodedTime: MonotonicTime },
	): void {
		if (!this.#paused) this.#parts.options.sink.accessUnit({ ...unit, ...times });
	}

	/** Sends what was shown before once more: it begins with a keyframe, so that every decoder can follow. */
	#replay(units: readonly LiveUnit[]): void {
		const now = this.#parts.clock.now();
		for (const unit of units) this.#give(unit, { captureTime: now, encodedTime: now });
	}

	#configure(more: number): void {
		const { bitrate, frameRate } = this.#rate;
		const config = {
			width: this.#size.width,
			height: this.#size.height,
			bitrate: Math.round(bitrate) + more,
			frameRate: { numerator: Math.round(frameRate * 1000), denominator: 1000 },
			profile: 66,
			level: 0,
			realtime: true,
		};
		this.#parts.send({ type: "config-request", session: this.#parts.scanout, config });
	}
}

/** Clocks that are further apart are those of two machines, ms. */
const SAME_CLOCK = 1_000;
/** Encoding takes no longer than this, ms. */
const LONGEST_CODING = 1_000;

const NS = 1e6;

/** When a frame was captured and encoded, by this machine's clock, ms. */
interface FrameTimes {
	readonly captureTime: MonotonicTime;
	readonly encodedTime: MonotonicTime;
}

/**
 * The times of a frame that arrived at `arrival`. With `tellsTimes` the host sends real ones (pts: captured, dts: encoded,
 * ns since the epoch); even by the clock of another machine they say how long encoding took. Stock hosts count frames
 * instead, so theirs count as captured on arrival.
 */
function frameTimes(
	{ pts, dts }: { readonly pts: bigint; readonly dts: bigint },
	arrival: number,
	tellsTimes: boolean,
): FrameTimes {
	if (!tellsTimes) return { captureTime: arrival, encodedTime: arrival };
	const encoded = Number(dts) / NS;
	const coding = Number(dts - pts) / NS;
	if (!(coding >= 0 && coding <= LONGEST_CODING)) return { captureTime: arrival, encodedTime: arrival };
	const age = arrival - encoded;
	const encodedTime = Math.abs(age) <= SAME_CLOCK ? Math.min(encoded, arrival) : arrival;
	return { captureTime: encodedTime - coding, encodedTime };
}
