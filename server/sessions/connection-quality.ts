import type { Quality } from "../../signaling/protocol/messages.ts";
import type { PeerStats } from "../webrtc/media.ts";

/** Loss (0..1) and round trip (ms) from which a connection is no longer good, and from which it is poor. */
const FAIR = { lost: 0.02, roundTrip: 150 };
const POOR = { lost: 0.08, roundTrip: 400 };
/** Better readings in a row that it takes to be called better; worse is said at once. */
const STEADY = 3;

const rank: Readonly<Record<Quality, number>> = { unknown: 0, good: 1, fair: 2, poor: 3, away: 4 };

/** What one reading of a peer's counters says by itself. */
export function qualityOf({ lost, roundTrip }: Pick<PeerStats, "lost" | "roundTrip">): Quality {
	if (lost === undefined && roundTrip === undefined) return "unknown";
	const reaches = (limit: typeof FAIR) => (lost ?? 0) >= limit.lost || (roundTrip ?? 0) >= limit.roundTrip;
	return reaches(POOR) ? "poor" : reaches(FAIR) ? "fair" : "good";
}

/** How well one viewer's connection does, without flicker. */
export class ConnectionQuality {
	#told: Quality = "unknown";
	#better = 0;

	/** Takes a reading; gives the quality when it is another than before. */
	read(stats: Pick<PeerStats, "lost" | "roundTrip">): Quality | undefined {
		const quality = qualityOf(stats);
		if (quality === this.#told) this.#better = 0;
		if (quality === this.#told || quality === "unknown") return undefined;
		const better = this.#told !== "unknown" && rank[quality] < rank[this.#told];
		if (better && ++this.#better < STEADY) return undefined;
		this.#better = 0;
		this.#told = quality;
		return quality;
	}
}
