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

/** For instance `23 ms ±2`, or `idle`: a screen on which nothing moves sends nothing, and the figure before is old. */
export function latencyText({ latency, idle }: { latency?: Latency; idle: boolean }): string {
	if (idle) return "idle";
	return latency ? `${Math.round(latency.total)} ms ±${Math.max(1, Math.ceil(latency.error))}` : "– ms";
}

/** The stages of a frame's latency, in order. */
export const latencyStages = ["encode", "network", "buffer", "decode", "display"] as const;

/** Each stage in ms with one decimal, rounded so that they add up to the total as it is rounded. */
export function stageTexts(latency: Latency): Record<(typeof latencyStages)[number], string> {
	const exact = latencyStages.map((stage) => latency[stage] * 10);
	const tenths = exact.map(Math.floor);
	const missing = Math.round(latency.total * 10) - tenths.reduce((sum, value) => sum + value, 0);
	const byRest = exact
		.map((value, index) => ({ index, rest: value - Math.floor(value) }))
		.sort((a, b) => b.rest - a.rest);
	for (const { index } of byRest.slice(0, missing)) tenths[index] = (tenths[index] ?? 0) + 1;
	const texts = latencyStages.map((stage, index) => [stage, ((tenths[index] ?? 0) / 10).toFixed(1)]);
	return Object.fromEntries(texts) as ReturnType<typeof stageTexts>;
}

/** For instance `60 fps · 3.1 Mbit/s`. */
export function rateText({ fps, bitrate }: FrameStats): string {
	return `${Math.round(fps)} fps · ${bitrateText(bitrate)}`;
}

/** How the latency was measured, in a sentence. */
export const wayText: Readonly<Record<CaptureWay, string>> = {
	"abs-capture-time": "Capture time from the abs-capture-time header; host clock compared by ping.",
	"rtp-clock": "Capture time from RTP timestamps and the host's clock, compared by ping.",
};
