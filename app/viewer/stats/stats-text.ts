import type { HostMessage } from "../../../signaling/protocol/input.ts";
import type { FrameStats } from "./frame-stats.ts";
import type { CaptureWay, Latency } from "./latency.ts";

/** The host's estimate of this viewer's network. */
export type Network = Omit<Extract<HostMessage, { type: "network" }>, "type">;

/** For instance `1.2 Mbit/s` or `350 kbit/s`. */
export function bitrateText(bitsPerSecond: number): string {
	return bitsPerSecond >= 1e6
		? `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`
		: `${Math.round(bitsPerSecond / 1e3)} kbit/s`;
}

/** Why this viewer gets the small rendition. */
export function smallRenditionText({ estimate }: Network): string {
	return estimate === undefined
		? "Slow connection: showing a smaller picture"
		: `Smaller picture: your network carries ${bitrateText(roughly(estimate))}`;
}

/** The network in figures, for the stats panel; undefined while none is known. */
export function networkText({ estimate, queueDelay }: Network): string | undefined {
	const parts = [
		estimate !== undefined && `carries ${bitrateText(estimate)}`,
		queueDelay !== undefined && `queues add ${Math.round(queueDelay)} ms`,
	].filter((part) => part !== false);
	return parts.length > 0 ? parts.join(", ") : undefined;
}

/** Two digits; more would be a guess. */
function roughly(bitsPerSecond: number): number {
	return Number(bitsPerSecond.toPrecision(2));
}

/** For instance `23 ms ±2`. */
export function latencyText(latency: Latency | undefined): string {
	if (!latency) return "– ms";
	return `${Math.round(latency.total)} ms ±${Math.max(1, Math.ceil(latency.error))}`;
}

/** For instance `60 fps · 3.1 Mbit/s`; a screen on which nothing moves sends nothing. */
export function rateText({ fps, bitrate }: FrameStats): string {
	return fps < 0.5 ? "idle" : `${Math.round(fps)} fps · ${bitrateText(bitrate)}`;
}

/** How the latency was measured, in a sentence. */
export const wayText: Readonly<Record<CaptureWay, string>> = {
	"abs-capture-time": "Capture time from the abs-capture-time header; host clock compared by ping.",
	"rtp-clock": "Capture time from RTP timestamps and the host's clock, compared by ping.",
};
