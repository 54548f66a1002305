import type { HostMessage } from "../../../signaling/protocol/input.ts";
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

/** The latency of recent pictures. */
export interface Latency extends FrameTimes {
	/** 95th percentile of `total`, ms. */
	readonly p95: number;
	/** Error bound of `total`, ± ms: half the shortest round trip of the clock comparison. */
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
/** Frames taken into account: two seconds at 60 a second. */
const WINDOW = 120;
const encodeWindow = 16;

/**
 * End-to-end latency: from the moment the device's pixels were read, on the host's own clock, to the moment the browser
 * expects them on the display. The clocks are compared by ping, and the error of that is part of the result.
 */
export class LatencyMeter {
	readonly clock = new HostClock();
	#origin: number | undefined;
	#encodes: number[] = [];
	#frames: FrameTimes[] = [];
	#way: CaptureWay = "rtp-clock";

	/** Handles a message from the host; `now` is the page's clock, ms. */
	hear(message: HostMessage, now: number): void {
		if (message.type === "pong") this.clock.pong(message.time, now, message.hostTime);
		else if (message.type === "clock") this.#origin = message.origin;
		else if (message.type === "timing")
			this.#encodes = [...this.#encodes.slice(1 - encodeWindow), message.encode];
	}

	/** Adds one presented frame. Frames of unknown capture time do not count. */
	frame(metadata: FrameMetadata, sources: readonly CaptureSource[] = []): void {
		const { receiveTime, rtpTimestamp, presentationTime } = metadata;
		if (receiveTime === undefined || rtpTimestamp === undefined) return;
		const expected = this.clock.toPage(0);
		if (expected === undefined) return;
		const captured = this.#captureTime(rtpTimestamp, presentationTime - expected, sources);
		const start = captured === undefined ? undefined : this.clock.toPage(captured);
		if (start === undefined) return;
		const glass = Math.max(metadata.expectedDisplayTime, presentationTime);
		const encode = Math.min(median(this.#encodes) ?? 0, receiveTime - start);
		const waited = presentationTime - receiveTime;
		const decode = Math.min((metadata.processingDuration ?? 0) * 1000, waited);
		this.#frames.push({
			encode,
			network: receiveTime - start - encode,
			buffer: waited - decode,
			decode,
			display: glass - presentationTime,
			total: glass - start,
		});
		if (this.#frames.length > WINDOW) this.#frames.shift();
	}

	/** Medians over recent frames; undefined until one could be measured. */
	get(): Latency | undefined {
		const error = this.clock.error;
		if (this.#frames.length === 0 || error === undefined) return undefined;
		const part = (name: keyof FrameTimes) => median(this.#frames.map((frame) => frame[name])) ?? 0;
		const totals = this.#frames.map((frame) => frame.total).sort((a, b) => a - b);
		return {
			encode: part("encode"),
			network: part("network"),
			buffer: part("buffer"),
			decode: part("decode"),
			display: part("display"),
			total: part("total"),
			p95: totals[Math.ceil(totals.length * 0.95) - 1] ?? 0,
			error,
			way: this.#way,
			frames: this.#frames.length,
		};
	}

	/** Starts over, as for a new peer. */
	reset(): void {
		this.clock.reset();
		this.#origin = undefined;
		this.#encodes = [];
		this.#frames = [];
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

function median(values: readonly number[]): number | undefined {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[sorted.length >> 1];
}
