import type { FrameStats } from "../viewer/frame-stats.ts";
import type { CaptureWay, Latency } from "../viewer/latency.ts";
import { bitrateWords } from "../viewer/network-words.ts";

/** For instance `23 ms ±2`. */
export function latencyText(latency: Latency | undefined): string {
	if (!latency) return "– ms";
	return `${Math.round(latency.total)} ms ±${Math.max(1, Math.ceil(latency.error))}`;
}

/** For instance `60 fps · 3.1 Mbit/s`; a screen on which nothing moves sends nothing. */
export function rateText({ fps, bitrate }: FrameStats): string {
	return fps < 0.5 ? "idle" : `${Math.round(fps)} fps · ${bitrateWords(bitrate)}`;
}

/** How the latency was got, in a sentence. */
export const wayText: Readonly<Record<CaptureWay, string>> = {
	"abs-capture-time": "Capture time from the abs-capture-time header; host clock compared by ping.",
	"rtp-clock": "Capture time from RTP timestamps and the host's clock, compared by ping.",
};
