import type { MediaPacket } from "./packetize.ts";
import { type HeaderFields, RtpHeaderWriter } from "./rtp-header.ts";
import type { RtpStream } from "./rtp-stream.ts";
import type { SenderPath, StreamTerms } from "./sender-pool.ts";
import { createSrtpProtector, type SrtpProtector } from "./srtp.ts";
import { deriveSessionKeys, type MasterKeys } from "./srtp-keys.ts";
import { TransportLog } from "./transport-log.ts";

/** Room for the longest packet with its protection. */
const PACKET_MEMORY = 1500;

/** Writes, protects and sends the RTP packets of one viewer, all streams of it. */
export class PacketOutlet {
	/** Packets go nowhere while absent. */
	path: SenderPath | undefined;
	/** Absent when the other side takes no transport-wide numbers. */
	readonly log: TransportLog | undefined;
	readonly #header: RtpHeaderWriter;
	readonly #srtp: SrtpProtector;
	readonly #fields: HeaderFields = {
		payloadType: 0,
		sequence: 0,
		timestamp: 0,
		ssrc: 0,
		transportSequence: 0,
	};
	#memory = Buffer.allocUnsafeSlow(PACKET_MEMORY);
	#packets = 0;
	#bytes = 0;

	constructor(terms: StreamTerms, keys: MasterKeys) {
		this.#header = new RtpHeaderWriter(terms.extensions, terms.mid);
		this.log = terms.extensions.transportSequence === undefined ? undefined : new TransportLog();
		this.#srtp = createSrtpProtector(keys.profile, deriveSessionKeys(keys, "rtp"));
	}

	/** RTP packets sent; also the transport-wide number of the next. */
	get packets(): number {
		return this.#packets;
	}

	/** Bytes of RTP packets sent, with their protection. */
	get bytes(): number {
		return this.#bytes;
	}

	/** The receiver has reported, so it needs no media id any more. */
	receiverKnowsStream(): void {
		this.#header.receiverKnowsStream = true;
	}

	/** Sends a packet as number `index` of `stream`; answers its size on the wire. */
	send(stream: RtpStream, index: number, packet: MediaPacket, timestamp: number, now: number): number {
		const header = this.#writeHeader(stream, index, packet, timestamp);
		this.#memory.set(packet.payload, header);
		return this.#transmit(header, header + packet.payload.length, index, now);
	}

	/** Sends it again on a retransmission stream: the number it had goes before the payload (RFC 4588, 4). */
	sendAgain(
		stream: RtpStream,
		index: number,
		packet: MediaPacket,
		timestamp: number,
		sequence: number,
		now: number,
	): number {
		const header = this.#writeHeader(stream, index, packet, timestamp);
		this.#memory.writeUInt16BE(sequence, header);
		this.#memory.set(packet.payload, header + 2);
		return this.#transmit(header, header + 2 + packet.payload.length, index, now);
	}

	#writeHeader(stream: RtpStream, index: number, packet: MediaPacket, timestamp: number): number {
		const fields = this.#fields;
		fields.payloadType = stream.payloadType;
		fields.sequence = index & 0xffff;
		fields.timestamp = timestamp;
		fields.ssrc = stream.ssrc;
		fields.transportSequence = this.#packets & 0xffff;
		return this.#header.write(this.#memory, packet, fields);
	}

	#transmit(header: number, length: number, index: number, now: number): number {
		const size = this.#srtp.protect(this.#memory, header, length, index);
		if (this.path?.send(this.#memory, size)) this.#memory = Buffer.allocUnsafeSlow(PACKET_MEMORY);
		this.log?.sent(size, now);
		this.#packets++;
		this.#bytes += size;
		return size;
	}
}
