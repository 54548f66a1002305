import type { IncomingEvents, IncomingStream } from "../devices/incoming-stream.ts";
import type { AccessUnit, Rendition } from "../devices/provider.ts";
import type { PacketBudget } from "./packet-budget.ts";

/**
 * A way of getting frames to browsers (`werift` or `mediasoup`). What a device is and who may touch it is not
 * known here.
 */
export interface MediaEngine {
	readonly name: string;
	/** Opens the one outgoing stream of a device. */
	openTrack(events: TrackEvents): Track;
	/**
	 * Answers a publisher that offers its video. Throws PortholeError `bad-offer`, `no-h264` or `too-many-tracks`. Absent
	 * where the engine takes none.
	 */
	receive?(offer: string, events: IncomingEvents): Promise<IncomingStream>;
	close(): Promise<void>;
}

export interface TrackEvents {
	/** Some viewer cannot go on without a keyframe. May come often: whoever runs the source decides (`KeyframeGate`). */
	keyframeNeeded(rendition: Rendition): void;
	/** What the viewers can take has changed; told at most every 100 ms, but at once when a rendition starts or ends. */
	targetBitrates(targetBitrates: TargetBitrates): void;
}

/** Bit rates wanted of a source; absent: nobody takes that rendition now (all pages hidden, or nobody there). */
export interface TargetBitrates {
	readonly main?: number;
	readonly small?: number;
}

/** What a source can give: the highest useful bit rates, bits per second. */
export interface MaxBitrates {
	readonly main: number;
	/** Absent: the source cannot make the small rendition. */
	readonly small?: number;
}

/** One device's stream; takes each access unit once, however many peers there are. */
export interface Track {
	push(unit: AccessUnit): void;
	/** Told by whoever runs the source: when it opens, and when its size changes. */
	setMaxBitrates(maxBitrates: MaxBitrates): void;
	/** Opens a connection to one viewer and makes its offer. The peer's first frame is a keyframe it asks for. */
	addPeer(id: string, events: PeerEvents): Promise<Peer>;
	/**
	 * Answers a player that made the offer. Throws PortholeError `bad-offer`, `no-h264` or `too-many-tracks`. Absent where
	 * the engine serves only viewers that answer.
	 */
	answerPeer?(id: string, offer: string, events: PeerEvents): Promise<AnsweredPeer>;
	close(): Promise<void>;
}

/** One viewer's connection. */
export interface Peer extends Connection {
	/** SDP offer, complete with candidates. */
	readonly offer: string;
	/** Takes the browser's SDP. Throws PortholeError `bad-answer` when it cannot be used. */
	acceptAnswer(sdp: string): Promise<void>;
}

/** The connection of a player that made the offer. */
export interface AnsweredPeer extends Connection {
	/** SDP answer, complete with candidates. */
	readonly answer: string;
}

/** A connection, whoever made the offer. */
export interface Connection {
	readonly id: string;
	/** Sends on the ordered, reliable data channel; dropped when it is not open or more than 256 KiB wait. */
	sendMessage(message: Uint8Array): void;
	/** Whether the viewer's page is seen; frames are sent only while it is. True at the start. */
	setShown(shown: boolean): void;
	stats(): PeerStats;
	close(): Promise<void>;
}

export interface PeerEvents {
	/** What the viewer's packets may cost; that of whoever has control, for this peer alone, when absent. */
	readonly budget?: PacketBudget;
	/** Media and messages can flow. */
	connected(): void;
	/** A message on the data channel, at most 64 KiB. */
	message(data: Uint8Array): void;
	/** A message on the data channel was dropped unread: too long, empty, or of unknown kind. */
	unreadable(): void;
	/**
	 * The connection is gone; called once, never after `close()`. `left`: the viewer ended it; `silent`: nothing was
	 * heard for too long; `connect-timeout`: it never came about; `dtls-failed`, `data-failed`: it broke a protocol;
	 * `flooding`: it sent far more than it may; `sender-failed`, `host-failed`: an error of ours.
	 */
	closed(reason: string): void;
}

/** Counters since the start, bytes and packets as sent on the wire. */
export interface PeerStats {
	readonly packets: number;
	readonly bytes: number;
	readonly retransmitted: number;
	readonly nacks: number;
	readonly keyframeRequests: number;
	/** Access units not sent because the viewer waited for a keyframe or its connection was too slow. */
	readonly skipped: number;
	/** Messages dropped in either direction. */
	readonly droppedMessages: number;
	/** Round trip from RTCP, ms; absent until known. */
	readonly roundTrip?: number;
	/** Fraction lost as the receiver last reported, 0..1. */
	readonly lost?: number;
	/** What the path to the viewer can carry, as estimated, bits per second. */
	readonly estimate?: number;
	/** Delay that queues on the path add now, ms, from transport-wide feedback. */
	readonly queueDelay?: number;
	/** The rendition sent now; absent while nothing is. */
	readonly rendition?: Rendition;
	/** How media flows: `udp4`, `udp6`, `tcp4` or `tcp6`. */
	readonly path?: string;
	/** RTP timestamp of a capture time: `rtp = (captureMs - clockOrigin) * 90`, modulo 2^32. */
	readonly clockOrigin: number;
}
