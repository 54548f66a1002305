import type { AccessUnit } from "./provider.ts";

/** A video stream that somebody else sends to us, such as a publisher's (WHIP). */
export interface IncomingStream {
	/** The SDP that answers the publisher's offer. */
	readonly answer: string;
	/** Asks for a keyframe; may be called often. */
	requestKeyframe(): void;
	/** The rate that is of use now, bits per second; senders that heed it send no more. */
	limitRate(bitrate: number): void;
	close(): Promise<void>;
}

/** What comes of an incoming stream. */
export interface IncomingEvents {
	/** Pictures can flow. */
	connected(): void;
	/** A picture; nothing comes between a loss and the next keyframe. `captureTime` is when it arrived. */
	accessUnit(unit: AccessUnit): void;
	/** A packet was dropped: not genuine, repeated, late, or unreadable. */
	dropped(): void;
	/**
	 * The stream is over by itself; called once, never after `close()`. `left`: the publisher ended it; `silent`: nothing
	 * was heard for too long; `connect-timeout`: it never came about; `dtls-failed`: it broke the protocol.
	 */
	ended(reason: string): void;
}
