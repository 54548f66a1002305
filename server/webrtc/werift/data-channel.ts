import { Event, type RTCDtlsTransport, RTCSctpTransport } from "werift";
import { MAX_MESSAGE, SCTP_PORT } from "../sdp/host-offer.ts";

/** Stream of the one channel. Odd, as the DTLS server's must be (RFC 8832, 6). */
const STREAM = 1;
const LABEL = "input";

/** Payload protocol ids (RFC 8831, 8). */
const CONTROL = 50;
const STRING = 51;
const BINARY = 53;

/** First byte of the message that announces a channel (RFC 8832, 8.2.1). */
const OPEN = 3;

/** Bytes that may wait to be sent; more is dropped. */
const MAX_WAITING = 256 * 1024;

/** Limits of what a viewer may leave unfinished; one that goes beyond means harm. */
const MAX_STREAMS = 4;
const MAX_CHUNKS = 1024;

export interface DataChannelEvents {
	opened(): void;
	message(data: Uint8Array): void;
	/** A message was dropped unread: too long, or of unknown kind. */
	unreadable(): void;
	/** The other side closed the association (`left`) or did not keep to the limits. */
	closed(reason: "left" | "data-failed"): void;
	/** `opened`, `message` or `unreadable` threw: an error of ours, which is not the other side's. */
	failed(error: unknown): void;
	/** An SCTP packet to be sent over DTLS. Must not throw. */
	send(packet: Buffer): Promise<void>;
}

/**
 * The ordered, reliable data channel `input` (RFC 8831) over werift's SCTP association. The association is used
 * without the library's own channels: in those a message of unknown kind or a malformed packet ends the process.
 */
export class DataChannel {
	readonly #transport = new RTCSctpTransport(SCTP_PORT, MAX_MESSAGE);
	readonly #events: DataChannelEvents;
	#open = false;
	#closed = false;
	#waiting = 0;
	#dropped = 0;

	constructor(events: DataChannelEvents) {
		this.#events = events;
		this.#transport.setDtlsTransport(bridgeTo((packet) => events.send(packet)));
		const { sctp } = this.#transport;
		sctp.isServer = true;
		sctp.onReceive.allUnsubscribe();
		sctp.onReceive.subscribe((stream, protocol, data) => this.#receive(stream, protocol, data));
		sctp.stateChanged.connected.subscribe(() => this.#announce());
		sctp.stateChanged.closed.subscribe(() => this.#end("left"));
	}

	/** Messages that were not taken or not sent: too long, of unknown kind, or too many. */
	get dropped(): number {
		return this.#dropped;
	}

	/** Waits for the other side, whose SCTP port it is, to begin. */
	start(remotePort: number): void {
		void this.#transport.sctp.start(remotePort);
	}

	/** Takes an SCTP packet that came over DTLS. */
	async packet(packet: Buffer): Promise<void> {
		if (this.#closed) return;
		const association = this.#transport.sctp as unknown as AssociationInternals;
		try {
			await association.handleData(packet);
		} catch {
			// Malformed: the library stops in the middle of such a packet, and so do we.
		}
		if (!withinLimits(association)) this.#end("data-failed");
	}

	/** Sends a binary message; answers false when it is dropped: the channel is not open, or too much waits. */
	send(message: Uint8Array): boolean {
		if (!this.#open || this.#waiting + message.length > MAX_WAITING || message.length > MAX_MESSAGE) {
			this.#dropped++;
			return false;
		}
		this.#write(BINARY, Buffer.from(message));
		return true;
	}

	async close(): Promise<void> {
		this.#closed = true;
		this.#open = false;
		await this.#transport.sctp.stop();
	}

	/** RFC 8832, 6: messages may follow at once, since the stream keeps their order. */
	#announce(): void {
		const announcement = Buffer.alloc(12 + LABEL.length);
		announcement[0] = OPEN;
		announcement.writeUInt16BE(LABEL.length, 8);
		announcement.write(LABEL, 12);
		this.#write(CONTROL, announcement);
		this.#open = true;
		this.#tell(() => this.#events.opened());
	}

	#write(protocol: number, data: Buffer): void {
		this.#waiting += data.length;
		const done = () => {
			this.#waiting -= data.length;
		};
		this.#transport.sctp.send(STREAM, protocol, data).then(done, done);
	}

	#receive(stream: number, protocol: number, data: Buffer): void {
		if (this.#closed || (stream === STREAM && protocol === CONTROL)) return;
		const isMessage = stream === STREAM && (protocol === BINARY || protocol === STRING);
		if (isMessage && data.length <= MAX_MESSAGE) return this.#tell(() => this.#events.message(data));
		this.#dropped++;
		this.#tell(() => this.#events.unreadable());
	}

	/** Whatever is told is told while a packet is read, and a packet that throws counts as malformed. */
	#tell(event: () => void): void {
		try {
			event();
		} catch (error) {
			this.#events.failed(error);
		}
	}

	#end(reason: "left" | "data-failed"): void {
		if (this.#closed) return;
		void this.close();
		this.#events.closed(reason);
	}
}

/** Members of werift's association that its types keep private. */
interface AssociationInternals {
	/** Works on one packet; the public way drops the promise, and with it every error. */
	handleData(packet: Buffer): Promise<void>;
	/** Room left for unfinished messages, bytes; falls below zero when the other side ignores it. */
	readonly advertisedRwnd: number;
	readonly sackMisOrdered: ReadonlySet<number>;
	readonly inboundStreams: Readonly<Record<number, { readonly reassembly: readonly unknown[] }>>;
}

function withinLimits(association: AssociationInternals): boolean {
	const streams = Object.values(association.inboundStreams);
	if (association.advertisedRwnd < 0 || association.sackMisOrdered.size > MAX_CHUNKS) return false;
	return streams.length <= MAX_STREAMS && streams.every(({ reassembly }) => reassembly.length <= MAX_CHUNKS);
}

/** What the library's SCTP transport uses of its DTLS transport, over ours. */
function bridgeTo(sendData: (packet: Buffer) => Promise<void>): RTCDtlsTransport {
	const bridge = {
		id: "porthole",
		iceTransport: { role: "controlled" },
		onStateChange: new Event<[string]>(),
		dataReceiver: () => {},
		sendData,
	};
	return bridge as unknown as RTCDtlsTransport;
}
