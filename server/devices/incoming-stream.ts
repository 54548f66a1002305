import type { AccessUnit } from "./provider.ts";

/** A video stream that somebody else sends to us, such as a publisher's (WHIP). */
export interface IncomingStream {
	/** The SDP that answers the publisher's offer. */
	readonly answer: string;
	/** Asks for a keyframe; may be called often. */
	requestKeyframe(): void;
	/** The useful bitrate now, bits per second; well-behaved senders send no more. */
	limitRate(bitrate: number): void;
	close(): Promise<void>;
}

/** What an incoming stream reports. */
export interface IncomingEvents {
	/** Frames can flow. */
	connected(): void;
	/** A frame; nothing comes between a loss and the next keyframe. `captureTime` is when it arrived. */
	accessUnit(unit: AccessUnit): void;
	/** A packet was dropped: not genuine, repeated, late, or unreadable. */
	dropped(): void;
	/**
	 * The stream ended by itself; called once, never after `close()`. `left`: the publisher ended it; `silent`: nothing
	 * arrived for too long; `connect-timeout`: it never connected; `dtls-failed`: it broke the protocol;
	 * `host-failed`: an error of ours.
	 */
	ended(reason: string): void;
}
