import type { MonotonicTime } from "../../signaling/protocol/time.ts";
import type { Pace, RtpParameters, SenderStats } from "../webrtc/rtp/rtp-parameters.ts";
import type { MasterKeys } from "../webrtc/rtp/srtp.ts";

type Retransmission = NonNullable<RtpParameters["retransmission"]>;

/** What a native sender is opened with. `firstSequence`: 0 to 2^15 - 1. */
export interface NativeSenderOptions extends Omit<RtpParameters, "retransmission"> {
	readonly firstSequence: number;
	readonly retransmission?: Retransmission & { readonly firstSequence: number };
	readonly local: MasterKeys;
	readonly remote: MasterKeys;
	readonly pace: Pace;
}

/** First number of a record in `NativePoolEvents.numbers`; the fields that follow it are named here. */
export const PoolEvent = {
	/** sender */
	keyframeNeeded: 1,
	/** sender */
	heard: 2,
	/** sender, feed */
	followed: 3,
	/**
	 * sender, then the fields of TransportReport: time, received, receivedBytes, lost, least, last, lastSent, probed,
	 * outstanding; what is absent is not a number
	 */
	feedback: 4,
	/** socket, port; with a packet and an address */
	datagram: 5,
	/** sender; with a packet that is to be sent on its way by JavaScript */
	protected: 6,
	/** sender, which is of no use any more; with a failure */
	senderFailed: 7,
} as const;

/** What happened since the last call, in order. */
export interface NativePoolEvents {
	readonly numbers: Float64Array;
	readonly packets: readonly Buffer[];
	readonly addresses: readonly string[];
	readonly failures: readonly { readonly code: string; readonly message: string }[];
	/** What JavaScript was too slow to take: reports and packets beyond a bound, the newest ones. */
	readonly dropped: number;
}

/**
 * Senders on a thread of the addon. Sockets, feeds and senders are numbers from 1 on, never used twice; calls about what
 * is closed do nothing. Values that make no sense throw an Error with the code `invalid-argument`.
 */
export interface NativeRtpPool {
	/**
	 * Throws an Error with the system's code, such as `EADDRINUSE`. `joinsPackets`: whether the packets of a frame leave
	 * in one call, which the system cuts (UDP_SEGMENT).
	 */
	openSocket(address: string, port: number): { id: number; port: number; joinsPackets: boolean };
	/** The port is free when this returns. */
	closeSocket(socket: number): void;
	/** Sends at once; what the system does not take is lost. */
	sendDatagram(socket: number, packet: Uint8Array, length: number, address: string, port: number): void;
	openFeed(): number;
	closeFeed(feed: number): void;
	/** Copies the access unit and cuts it into packets. */
	push(
		feed: number,
		data: Uint8Array,
		captureTime: MonotonicTime,
		rtpTimestamp: number,
		keyframe: boolean,
	): void;
	openSender(options: NativeSenderOptions): number;
	closeSender(sender: number): void;
	/** `feed`: 0 for none. Does not tell `keyframeNeeded` by itself. */
	follow(sender: number, feed: number): void;
	setPace(sender: number, pace: Pace): void;
	probe(sender: number, rate: number, bytes: number): void;
	report(sender: number): void;
	setNoRoute(sender: number): void;
	/** Out of a socket of the pool; RTCP from there goes to the sender. */
	setUdpRoute(sender: number, socket: number, address: string, port: number): void;
	/** Packets come as events. */
	setBridgedRoute(sender: number): void;
	/** Bytes that wait in the connection that JavaScript sends a sender's packets on. */
	setQueued(sender: number, bytes: number): void;
	/** Takes a protected RTCP packet; whether it was genuine. */
	receive(sender: number, packet: Uint8Array): boolean;
	/** Absent when there is no such sender. */
	stats(sender: number): SenderStats | undefined;
	/** To be called after each `onEvents`; absent when nothing happened. */
	take(): NativePoolEvents | undefined;
	/** For tests: the clock stands still at a time from now on. */
	stopClockAt(time: number): void;
	/** For tests: waits until all that was asked for so far has been done. */
	settle(): void;
	close(): void;
}
