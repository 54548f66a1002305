/** Ways to send a stream that are compared: the product's own, and what others use. */
export type PeersKind = "porthole" | "mediasoup" | "libdatachannel";

/** What the senders' process says on standard output once it can be used, one JSON line. */
export interface PeersAnnouncement {
	/** Of the socket that receivers connect to. */
	readonly port: number;
	/** Processes that the work is done in. */
	readonly pids: readonly number[];
}
