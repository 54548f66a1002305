import type { HostMessage } from "../../signaling/protocol/input.ts";

/** What the host says of this viewer's network. */
export type Network = Omit<Extract<HostMessage, { type: "network" }>, "type">;

/** For instance `1.2 Mbit/s` or `350 kbit/s`. */
export function bitrateWords(bitsPerSecond: number): string {
	return bitsPerSecond >= 1e6
		? `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`
		: `${Math.round(bitsPerSecond / 1e3)} kbit/s`;
}

/** Why this viewer gets the small picture. */
export function smallPictureWords({ estimate }: Network): string {
	return estimate === undefined
		? "Slow connection: showing a smaller picture"
		: `Smaller picture: your network carries ${bitrateWords(roughly(estimate))}`;
}

/** The network in figures, for the stats panel; undefined while none is known. */
export function networkWords({ estimate, queueDelay }: Network): string | undefined {
	const parts = [
		estimate !== undefined && `carries ${bitrateWords(estimate)}`,
		queueDelay !== undefined && `queues add ${Math.round(queueDelay)} ms`,
	].filter((part) => part !== false);
	return parts.length > 0 ? parts.join(", ") : undefined;
}

/** Two digits: the rest is a guess. */
function roughly(bitsPerSecond: number): number {
	return Number(bitsPerSecond.toPrecision(2));
}
