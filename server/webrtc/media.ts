import type { AccessUnit } from "../devices/provider.ts";

/**
 * A way of getting pictures to browsers (`werift` or `mediasoup`). What a device is and who may touch it is not
 * known here.
 */
export interface MediaEngine {
	readonly name: string;
	/** Opens the one outgoing stream of a device. */
	openTrack(events: TrackEvents): Track;
	close(): Promise<void>;
}

export interface TrackEvents {
	/** Some viewer cannot go on without a keyframe. Already coalesced over viewers (at most one in 250 ms). */
	keyframeNeeded(): void;
}

/** One device's stream; takes each access unit once, however many peers there are. */
export interface Track {
	push(unit: AccessUnit): void;
	/** Opens a connection to one viewer and makes its offer. The peer's first picture is a keyframe it asks for. */
	addPeer(id: string, events: PeerEvents): Promise<Peer>;
	close(): Promise<void>;
}

/** One viewer's connection. */
export interface Peer {
	readonly id: string;
	/** SDP offer, complete with candidates. */
	readonly offer: string;
	/** Takes the browser's SDP. Throws PortholeError `bad-answer` when it cannot be used. */
	acceptAnswer(sdp: string): Promise<void>;
	/** Sends on the ordered, reliable data channel; dropped when it is not open or more than 256 KiB wait. */
	sendMessage(message: Uint8Array): void;
	stats(): PeerStats;
	close(): Promise<void>;
}

export interface PeerEvents {
	/** Media and messages can flow. */
	connected(): void;
	/** A message on the data channel, at most 64 KiB. */
	message(data: Uint8Array): void;
	/** A message on the data channel was dropped unread: too long, empty, or of unknown kind. */
	unreadable(): void;
	/**
	 * The connection is gone; called once, never after `close()`. `left`: the viewer ended it; `silent`: nothing was
	 * heard for too long; `connect-timeout`: it never came about; `dtls-failed`, `data-failed`: it broke a protocol.
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
	/** How media flows: `udp4`, `udp6`, `tcp4` or `tcp6`. */
	readonly path?: string;
	/** RTP timestamp of a capture time: `rtp = (captureMs - clockOrigin) * 90`, modulo 2^32. */
	readonly clockOrigin: number;
}
