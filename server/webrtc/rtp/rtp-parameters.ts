import type { PeerStats } from "../media.ts";
import type { ExtensionIds } from "./rtp-packet.ts";

/** What was agreed for one viewer's stream (ORTC calls them so). */
export interface RtpParameters {
	readonly payloadType: number;
	readonly ssrc: number;
	/** Absent when the other side takes no retransmissions (RFC 4588). */
	readonly retransmission?: { readonly payloadType: number; readonly ssrc: number };
	readonly extensions: ExtensionIds;
	readonly mid: string;
	readonly cname: string;
	/** See `PeerStats.clockOrigin`. */
	readonly clockOrigin: number;
}

/** What leaves to one viewer, at most. */
export interface Pace {
	/** Bits per second. */
	readonly rate: number;
	/** Bytes that may leave at once after a pause. */
	readonly burst: number;
	/** A frame that would wait longer than this is not sent, nor any other before the next keyframe; milliseconds. */
	readonly longestWait: number;
}

/** What a sender counts. */
export type SenderStats = Pick<
	PeerStats,
	"packets" | "bytes" | "retransmitted" | "nacks" | "keyframeRequests" | "skipped" | "roundTrip" | "lost"
> & {
	/** What the receiver says it can take (REMB), bits per second; only where it gives no transport-wide feedback. */
	readonly receiverLimit?: number;
};
