import type { AccessUnit } from "../../devices/provider.ts";
import type { DatagramEvents, DatagramSocket } from "../ice/datagram-socket.ts";
import type { PeerStats } from "../media.ts";
import type { ExtensionIds } from "./rtp-header.ts";
import type { MasterKeys } from "./srtp-keys.ts";

/**
 * Where the RTP senders of a host live: in JavaScript (`script`, everywhere) or on a thread of the addon (`native`).
 * What rate a viewer gets, and which rendition, is decided above it, once for both.
 */
export interface SenderPool {
	readonly kind: "script" | "native";
	/** Opens a UDP socket that its senders can use; all viewers of the host share it. Port 0: any. */
	openSocket(address: string, port: number, events: DatagramEvents): Promise<DatagramSocket>;
	/** Opens one rendition of one device. */
	openFeed(): Feed;
	openSender(options: SenderOptions): Sender;
	close(): Promise<void>;
}

/** One rendition of one device: takes each access unit once, cuts it into packets once, for every sender on it. */
export interface Feed {
	push(unit: AccessUnit, rtpTimestamp: number): void;
	close(): void;
}

/** What was agreed for one viewer's stream. */
export interface StreamTerms {
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
	/** A picture that would wait longer than this is not sent, nor any other before the next keyframe; milliseconds. */
	readonly longestWait: number;
}

export interface SenderOptions {
	readonly terms: StreamTerms;
	/** Keys for what we send and for what comes in. */
	readonly keys: { readonly local: MasterKeys; readonly remote: MasterKeys };
	readonly pace: Pace;
	readonly events: SenderEvents;
}

/** The way to a viewer that ICE has chosen. */
export interface SenderPath {
	/** Sends `packet[0, length)`; true when the memory is still in use afterwards. */
	send(packet: Buffer, length: number): boolean;
	/** Bytes that the system has not taken yet. */
	queuedBytes(): number;
	/** Where it goes when it is UDP, so that a native sender can go there by itself. */
	readonly datagram?: { readonly socket: DatagramSocket; readonly address: string; readonly port: number };
}

/** The RTP send path of one viewer: numbers, protects, paces, keeps and repeats what was packetised once for all. */
export interface Sender {
	/**
	 * From the next keyframe of `feed` on its pictures are sent, until then those of the feed before. Absent: none.
	 * Numbers go on over the change, and so do timestamps: a picture that is not later than the one before it is sent
	 * with a timestamp one tick after that.
	 */
	follow(feed: Feed | undefined): void;
	/** Where packets go from now on; nowhere when absent. */
	setPath(path: SenderPath | undefined): void;
	setPace(pace: Pace): void;
	/** Sends `bytes` of packets sent before once more, at `rate` bits per second, to learn whether the path carries it. */
	probe(rate: number, bytes: number): void;
	/** Takes a protected RTCP packet that came by another way than the pool's own socket; whether it was genuine. */
	receive(packet: Buffer): boolean;
	/** Sends a sender report; to be called each second. */
	report(): void;
	stats(): SenderStats;
	close(): void;
}

export interface SenderEvents {
	/** The viewer cannot go on without a keyframe of the feed it follows (or waits for). May come often. */
	keyframeNeeded(): void;
	/** Genuine RTCP came. */
	heard(): void;
	/** Transport-wide feedback came. */
	feedback(report: TransportReport): void;
	/** Pictures start to come from the feed that was asked for last. */
	followed(): void;
}

/** What one transport-wide feedback message tells (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
export interface TransportReport {
	/** When it came, milliseconds of the host's clock. */
	readonly time: number;
	/** Packets and bytes (as sent, without UDP and IP headers) newly reported as received. */
	readonly received: number;
	readonly receivedBytes: number;
	/** Packets newly reported as lost. */
	readonly lost: number;
	/**
	 * One-way delay of the reported packets above the least of the last 10 s, milliseconds: the smallest and the last in
	 * the message. Absent when nothing was received.
	 */
	readonly queueDelay?: { readonly least: number; readonly last: number };
	/** When the last packet that it reports was sent, milliseconds of the host's clock. */
	readonly lastSent: number;
	/**
	 * Rate at which a finished probe's packets arrived, with the pictures among them, bits per second: at least the
	 * probe's rate when they came as fast as they were sent (to 85 %), else at most 80 % of it. Absent also when more than
	 * a fifth of them was lost.
	 */
	readonly probed?: number;
	/** Bytes sent that no feedback was heard of yet. */
	readonly outstanding: number;
}

/** What a sender counts. */
export type SenderStats = Pick<
	PeerStats,
	"packets" | "bytes" | "retransmitted" | "nacks" | "keyframeRequests" | "skipped" | "roundTrip" | "lost"
> & {
	/** What the receiver says it can take (REMB), bits per second; only where it gives no transport-wide feedback. */
	readonly receiverLimit?: number;
};
