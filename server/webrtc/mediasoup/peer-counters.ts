import type { ConsumerStat } from "mediasoup/types";
import type { PeerStats } from "../media.ts";

/** What mediasoup counts of a stream to a viewer. */
export type PeerCounters = Partial<
	Pick<PeerStats, "packets" | "bytes" | "retransmitted" | "nacks" | "keyframeRequests" | "roundTrip" | "lost">
>;

/** The part of a consumer's stats that is read. */
type SentStats = Pick<
	ConsumerStat,
	| "type"
	| "packetCount"
	| "byteCount"
	| "packetsRetransmitted"
	| "nackPacketCount"
	| "pliCount"
	| "firCount"
	| "fractionLost"
	| "roundTripTime"
>;

/** Reads a consumer's stats; those from before when there are none of what it sends. */
export function readCounters(stats: readonly SentStats[], before: PeerCounters): PeerCounters {
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
