import type { DataConsumer, DirectTransport, WebRtcTransport } from "mediasoup/types";
import type { PacketBudget } from "../packet-budget.ts";
import { MAX_MESSAGE } from "../sdp/host-offer.ts";

const LABEL = "input";

/** Payload protocol ids (RFC 8831, 8). */
const CONTROL = 50;
const STRING = 51;
const BINARY = 53;

/** First byte of the message that announces a channel (RFC 8832, 8.2.1). */
const OPEN = 3;

/** Bytes that may wait to be sent; more is dropped. */
export const MAX_WAITING = 256 * 1024;

export interface DataChannelEvents {
	message(data: Uint8Array): void;
	/** A message was dropped unread: too long, empty, or of unknown kind. */
	unreadable(): void;
	/** Far more comes than may. */
	flooding(): void;
}

/** Where this process meets the data channels of a router: nothing is ever sent on the producer itself. */
export interface DataHub {
	readonly transport: DirectTransport;
	/** A producer for data consumers to belong to; each is sent to by itself. */
	readonly producerId: string;
}

/**
 * The ordered, reliable data channel `input` of one viewer. mediasoup speaks SCTP but no channel protocol (RFC 8832):
 * the announcement is sent as a message like others, with its own payload protocol id.
 */
export class DataChannel {
	readonly #out: DataConsumer;
	readonly #in: DataConsumer;
	#open = false;
	#dropped = 0;

	private constructor(
		out: DataConsumer,
		incoming: DataConsumer,
		budget: PacketBudget,
		events: DataChannelEvents,
	) {
		this.#out = out;
		this.#in = incoming;
		incoming.on("message", (data, protocol) => {
			if (protocol === CONTROL) return;
			// The worker has decrypted it by then; what follows is still ours to bound.
			if (!budget.takeData(data.length)) {
				if (budget.exhausted) events.flooding();
				return;
			}
			const isMessage = protocol === BINARY || protocol === STRING;
			if (isMessage && data.length <= MAX_MESSAGE) return events.message(data);
			this.#dropped++;
			events.unreadable();
		});
	}

	static async open(
		transport: WebRtcTransport,
		hub: DataHub,
		budget: PacketBudget,
		events: DataChannelEvents,
	): Promise<DataChannel> {
		const dataProducerId = hub.producerId;
		// Stream 0 is the viewer's to open: the DTLS client has the even ones (RFC 8832, 6).
		await transport.consumeData({ dataProducerId, ordered: true, paused: true });
		const out = await transport.consumeData({ dataProducerId, ordered: true });
		const streamId = out.sctpStreamParameters?.streamId ?? 1;
		const producer = await transport.produceData({ sctpStreamParameters: { streamId, ordered: true } });
		const incoming = await hub.transport.consumeData({ dataProducerId: producer.id });
		return new DataChannel(out, incoming, budget, events);
	}

	/** Messages that were not taken or not sent. */
	get dropped(): number {
		return this.#dropped;
	}

	/** Tells the viewer of the channel (RFC 8832, 5.1); messages may follow at once, since the stream keeps their order. */
	announce(): void {
		const announcement = Buffer.alloc(12 + LABEL.length);
		announcement[0] = OPEN;
		announcement.writeUInt16BE(LABEL.length, 8);
		announcement.write(LABEL, 12);
		this.#open = true;
		this.#write(announcement, CONTROL);
	}

	/** Sends a binary message; dropped while the channel is not open or too much waits. */
	send(message: Uint8Array): void {
		if (this.#open && message.length <= MAX_MESSAGE) this.#write(Buffer.from(message), BINARY);
		else this.#dropped++;
	}

	close(): void {
		this.#open = false;
		// The other parts go with the viewer's transport.
		this.#in.close();
	}

	#write(data: Buffer, protocol: number): void {
		this.#out.send(data, protocol).catch(() => {
			this.#dropped++;
		});
	}
}
