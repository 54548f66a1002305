import type { HostMessage } from "../../../signaling/protocol/input.ts";
import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import type { CaptureSource } from "../connection/peer-connection.ts";
import { HostClock } from "./host-clock.ts";

/** Latency of one frame by stage, ms; the parts add up to `total`. */
export interface FrameTimes {
	/** Pixels read → encoder done. */
	readonly encode: number;
	/** Encoder done → last packet received. */
	readonly network: number;
	/** Waiting in the browser's jitter buffer. */
	readonly buffer: number;
	readonly decode: number;
	/** Decoded → on the display, as the browser expects it. */
	readonly display: number;
	/** Pixels read → on the display. */
	readonly total: number;
}

/** How the capture time was got. */
export type CaptureWay = "abs-capture-time" | "rtp-clock";

/** The latency of recent frames: means of the middle half of them. */
export interface Latency extends FrameTimes {
	/** 95th percentile of `total`, ms. */
	readonly p95: number;
	/** Error bound of `total`, ± ms, from the comparison of the clocks. */
	readonly error: number;
	readonly way: CaptureWay;
	/** Frames counted. */
	readonly frames: number;
}

/** The part of VideoFrameCallbackMetadata that is used, page's clock in ms. https://wicg.github.io/video-rvfc/ */
export interface FrameMetadata {
	readonly presentationTime: number;
	readonly expectedDisplayTime: number;
	readonly receiveTime?: number;
	/** Seconds. */
	readonly processingDuration?: number;
	readonly rtpTimestamp?: number;
}

/** NTP counts from 1900, Unix from 1970; ms between. RFC 5905 section 6. */
const NTP_TO_UNIX = 2_208_988_800_000;
/** RTP clock of video, ticks a millisecond. RFC 6184 section 8.1. */
const TICKS = 90;
const WRAP = 2 ** 32;
/** How long a frame counts, ms. */
const WINDOW = 2_000;
/** Most frames that count. */
const MOST = 240;
const encodeWindow = 16;
/** Pings that have to be answered before there is a figure: the first ones meet a page that is still loading. */
const PINGS = 4;
/** Frames are left out for so long after the first one, ms: a keyframe and what piled up behind it. */
const OPENING = 1_000;

/** A frame as it came: host's clock for `captured`, page's for the rest. */
interface SeenFrame {
	readonly rtpTimestamp: number;
	readonly captured: number;
	readonly received: MonotonicTime;
	readonly decode: number;
	readonly presented: MonotonicTime;
	readonly glass: MonotonicTime;
}

/**
 * End-to-end latency: from the moment the device's pixels were read, on the host's own clock, to the moment the browser
 * expects them on the display. The clocks are compared by ping, and the error of that is part of the result.
 */
export class LatencyMeter {
	readonly clock = new HostClock();
	#origin: number | undefined;
	#encodes: number[] = [];
	#frames: SeenFrame[] = [];
	#way: CaptureWay = "rtp-clock";
	/** When the first frame since the beginning or the last rest was shown. */
	#begunAt: MonotonicTime | undefined;
	#lastAt: MonotonicTime | undefined;

	/** Handles a message from the host, which came at `now`. */
	hear(message: HostMessage, now: MonotonicTime): void {
		if (message.type === "pong") this.clock.pong(message.time, now, message.hostTime);
		else if (message.type === "clock") this.#origin = message.origin;
		else if (message.type === "timing")
			this.#encodes = [...this.#encodes.slice(1 - encodeWindow), message.encode];
	}

	/** Adds one presented frame. Frames of unknown capture time do not count. */
	frame(metadata: FrameMetadata, sources: readonly CaptureSource[] = []): void {
		const { receiveTime: received, rtpTimestamp, presentationTime: presented } = metadata;
		this.#begunAt ??= presented;
		this.#lastAt = presented;
		if (received === undefined || rtpTimestamp === undefined) return;
		const zero = this.clock.toPage(0);
		if (zero === undefined || received - this.#begunAt < OPENING) return;
		// The same frame once more, as when the page is shown again.
		if (this.#frames.at(-1)?.rtpTimestamp === rtpTimestamp) return;
		const captured = this.#captureTime(rtpTimestamp, presented - zero, sources);
		if (captured === undefined) return;
		this.clock.received(captured, received);
		const glass = Math.max(metadata.expectedDisplayTime, presented);
		const decode = Math.min((metadata.processingDuration ?? 0) * 1000, presented - received);
		this.#frames.push({ rtpTimestamp, captured, received, decode, presented, glass });
		if (this.#frames.length > MOST) this.#frames.shift();
	}

	/** The latency at `now`; undefined while there is none, or none that is sound: see `PINGS`, `OPENING`, and an error as large as the figure. */
	get(now: MonotonicTime): Latency | undefined {
		this.#frames = this.#frames.filter(({ presented }) => now - presented < WINDOW);
		const { error } = this.clock;
		if (error === undefined || this.clock.pings < PINGS) return undefined;
		const frames = this.#frames.flatMap((frame) => this.#timesOf(frame) ?? []);
		const middle = middleHalf(frames);
		const part = (name: keyof FrameTimes) => mean(middle.map((frame) => frame[name]));
		const latency = {
			encode: part("encode"),
			network: part("network"),
			buffer: part("buffer"),
			decode: part("decode"),
			display: part("display"),
			total: part("total"),
			p95: percentile95(frames),
			error,
			way: this.#way,
			frames: frames.length,
		};
		return frames.length > 0 && error < latency.total ? latency : undefined;
	}

	/** Whether nothing was shown for a while, though something was before: nothing moves on the screen. */
	idle(now: MonotonicTime): boolean {
		return this.#lastAt !== undefined && now - this.#lastAt >= WINDOW;
	}

	/** The page was hidden, and is shown again: what was received meanwhile waited for that, not for the network. */
	shownAgain(): void {
		this.#frames = [];
		this.#begunAt = undefined;
	}

	/** Starts over, as for a new peer. */
	reset(): void {
		this.clock.reset();
		this.#origin = undefined;
		this.#encodes = [];
		this.#lastAt = undefined;
		this.shownAgain();
	}

	#timesOf({ captured, received, decode, presented, glass }: SeenFrame): FrameTimes | undefined {
		const start = this.clock.toPage(captured);
		if (start === undefined) return undefined;
		// A clock that was compared better since may put a frame's capture after its arrival by a trifle.
		const way = Math.max(0, received - start);
		const encode = Math.min(median(this.#encodes) ?? 0, way);
		const buffer = presented - received - decode;
		const display = glass - presented;
		return { encode, network: way - encode, buffer, decode, display, total: way + buffer + decode + display };
	}

	/** When the pixels were read, host's clock; `near`, about now on that clock, resolves the timestamp's wrap-around. */
	#captureTime(rtp: number, near: number, sources: readonly CaptureSource[]): number | undefined {
		for (const source of sources) {
			if (source.captureTimestamp === undefined) continue;
			this.#way = "abs-capture-time";
			const since = lap(rtp - source.rtpTimestamp, 0) / TICKS;
			return source.captureTimestamp - NTP_TO_UNIX + since;
		}
		if (this.#origin === undefined) return undefined;
		this.#way = "rtp-clock";
		return this.#origin + lap(rtp, (near - this.#origin) * TICKS) / TICKS;
	}
}

/** The number nearest to `near` that equals `ticks` modulo 2^32. RFC 3550 section 5.1. */
function lap(ticks: number, near: number): number {
	return ticks + Math.round((near - ticks) / WRAP) * WRAP;
}

/** The half of the frames whose totals lie in the middle. Their means add up, as medians would not. */
function middleHalf(frames: readonly FrameTimes[]): FrameTimes[] {
	const sorted = [...frames].sort((one, other) => one.total - other.total);
	const quarter = Math.floor(sorted.length / 4);
	return sorted.slice(quarter, sorted.length - quarter);
}

function percentile95(frames: readonly FrameTimes[]): number {
	const totals = frames.map(({ total }) => total).sort((a, b) => a - b);
	return totals[Math.ceil(totals.length * 0.95) - 1] ?? 0;
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function median(values: readonly number[]): number | undefined {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[sorted.length >> 1];
}
