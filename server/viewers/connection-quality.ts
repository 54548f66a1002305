import type { HostMessage } from "../../signaling/protocol/input.ts";
import type { Quality } from "../../signaling/protocol/messages.ts";
import type { MonotonicTime } from "../../signaling/protocol/time.ts";
import type { PeerStats } from "../webrtc/media.ts";

/** Loss (0..1) and round trip (ms) from which a connection is no longer good, and from which it is poor. */
const FAIR = { lost: 0.02, roundTrip: 150 };
const POOR = { lost: 0.08, roundTrip: 400 };
/** So many frames left out from one reading to the next make it poor: half a second of motion. */
const POOR_SKIPPED = 30;
/** Better readings in a row that it takes to be called better; worse is said at once. */
const STEADY = 3;

const rank: Readonly<Record<Quality, number>> = { unknown: 0, good: 1, fair: 2, poor: 3, away: 4 };

/** What a connection's quality is told by. */
export type QualitySigns = Partial<Pick<PeerStats, "lost" | "roundTrip" | "rendition" | "skipped">>;

/** What one reading of a peer's counters says by itself; `skipped` are the frames left out since the last one. */
export function qualityOf({ lost, roundTrip, rendition, skipped = 0 }: QualitySigns): Quality {
	if (skipped >= POOR_SKIPPED) return "poor";
	if (lost === undefined && roundTrip === undefined) return rendition === "small" ? "fair" : "unknown";
	const reaches = (limit: typeof FAIR) => (lost ?? 0) >= limit.lost || (roundTrip ?? 0) >= limit.roundTrip;
	if (reaches(POOR)) return "poor";
	return reaches(FAIR) || rendition === "small" ? "fair" : "good";
}

/** How well one viewer's connection does, without flicker. */
export class ConnectionQuality {
	#told: Quality = "unknown";
	#better = 0;
	#skipped: number | undefined;

	/** Takes a reading of the peer's counters; gives the quality when it is another than before. */
	read(stats: QualitySigns): Quality | undefined {
		const total = stats.skipped ?? 0;
		const skipped = total - (this.#skipped ?? total);
		this.#skipped = total;
		const quality = qualityOf({ ...stats, skipped });
		if (quality === this.#told) this.#better = 0;
		if (quality === this.#told || quality === "unknown") return undefined;
		const better = this.#told !== "unknown" && rank[quality] < rank[this.#told];
		if (better && ++this.#better < STEADY) return undefined;
		this.#better = 0;
		this.#told = quality;
		return quality;
	}
}

type NetworkMessage = Extract<HostMessage, { type: "network" }>;

/** How often figures alone are told, ms; another rendition is told at once. */
const FIGURES_EVERY = 1_000;

/** What one viewer is told of its network: which rendition that lets it have, and why. */
export class NetworkReport {
	#told: NetworkMessage | undefined;
	#toldAt = Number.NEGATIVE_INFINITY;

	/** What is to be told at `now`, ms; nothing while nothing is known or nothing is new. */
	news(
		{ rendition, estimate, queueDelay }: Pick<PeerStats, "rendition" | "estimate" | "queueDelay">,
		now: MonotonicTime,
	): NetworkMessage | undefined {
		const message: NetworkMessage = {
			type: "network",
			...(rendition && { rendition }),
			...(estimate !== undefined && { estimate }),
			...(queueDelay !== undefined && { queueDelay }),
		};
		const told = this.#told;
		if (!told && Object.keys(message).length === 1) return undefined;
		const sameFigures = told?.estimate === estimate && told?.queueDelay === queueDelay;
		if (told && told.rendition === rendition && (sameFigures || now < this.#toldAt + FIGURES_EVERY))
			return undefined;
		this.#told = message;
		this.#toldAt = now;
		return message;
	}
}
