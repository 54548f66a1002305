import type { PeerStats } from "../media.ts";
import type { StreamStats } from "./library.ts";

/** What mediasoup counts of a stream to a viewer. */
export type PeerCounters = Partial<
	Pick<PeerStats, "packets" | "bytes" | "retransmitted" | "nacks" | "keyframeRequests" | "roundTrip" | "lost">
>;

/** Reads a consumer's stats; those from before when there are none of what it sends. */
export function readCounters(stats: readonly StreamStats[], before: PeerCounters): PeerCounters {
	const sent = stats.find(({ type }) => type === "outbound-rtp");
	if (sent === undefined) return before;
	const { roundTripTime } = sent;
	return {
		packets: sent.packetCount,
		bytes: sent.byteCount,
		retransmitted: sent.packetsRetransmitted,
		nacks: sent.nackPacketCount,
		keyframeRequests: sent.pliCount + sent.firCount,
		lost: sent.fractionLost / 256,
		...(roundTripTime === undefined || roundTripTime === 0 ? {} : { roundTrip: roundTripTime }),
	};
}
