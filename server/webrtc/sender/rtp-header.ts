import { ntpTime } from "./media-clock.ts";
import type { MediaPacket } from "./packetize.ts";

/** URIs of the header extensions that we can send. */
export const HEADER_EXTENSIONS = {
	mid: "urn:ietf:params:rtp-hdrext:sdes:mid",
	transportSequence: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
	playoutDelay: "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
	captureTime: "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
} as const;

export type HeaderExtension = keyof typeof HEADER_EXTENSIONS;

/** Ids (1..14) of the header extensions that the other side took; absent ones are not sent. */
export type ExtensionIds = Partial<Record<HeaderExtension, number>>;

/** Longest header that is ever written, bytes: fixed part, extension head and all extensions, padded. */
export const MAX_RTP_HEADER = 12 + 32;

const ONE_BYTE_EXTENSIONS = 0xbede;

/** What differs from packet to packet. */
export interface HeaderFields {
	payloadType: number;
	sequence: number;
	timestamp: number;
	ssrc: number;
	/** Counts all packets of the connection, for congestion feedback. */
	transportSequence: number;
}

/**
 * Writes RTP headers with one-byte extensions (RFC 3550, 5.1; RFC 8285, 4.2).
 *
 * The first packet of each access unit says `playout-delay` 0/0 and when the picture was captured: a receiver keeps
 * the delay until told otherwise, and a picture that can be decoded has its first packet, so nothing else needs to
 * carry them. The media id goes along there until the receiver has reported, which shows that it knows the SSRC.
 */
export class RtpHeaderWriter {
	/** Ends the sending of the media id. */
	receiverKnowsStream = false;

	readonly #ids: ExtensionIds;
	readonly #mid: Buffer;

	/** `mid`: media id in the SDP, one or two ASCII characters. */
	constructor(ids: ExtensionIds, mid: string) {
		this.#ids = ids;
		this.#mid = Buffer.from(mid, "latin1");
	}

	/** Writes at the start of `out` and answers the length. */
	write(out: Buffer, packet: MediaPacket, fields: HeaderFields): number {
		out[0] = 0x90;
		out[1] = (packet.last ? 0x80 : 0) | fields.payloadType;
		out.writeUInt16BE(fields.sequence, 2);
		out.writeUInt32BE(fields.timestamp, 4);
		out.writeUInt32BE(fields.ssrc, 8);
		const end = this.#writeExtensions(out, packet, fields.transportSequence);
		if (end === 16) {
			out[0] = 0x80;
			return 12;
		}
		let padded = end;
		while (padded % 4 !== 0) out[padded++] = 0;
		out.writeUInt16BE(ONE_BYTE_EXTENSIONS, 12);
		out.writeUInt16BE((padded - 16) / 4, 14);
		return padded;
	}

	#writeExtensions(out: Buffer, packet: MediaPacket, transportSequence: number): number {
		const { transportSequence: transportId, playoutDelay, captureTime, mid } = this.#ids;
		let at = 16;
		if (transportId !== undefined) {
			out[at] = (transportId << 4) | 1;
			out.writeUInt16BE(transportSequence, at + 1);
			at += 3;
		}
		if (!packet.first) return at;
		if (playoutDelay !== undefined) {
			out[at] = (playoutDelay << 4) | 2;
			out.fill(0, at + 1, at + 4);
			at += 4;
		}
		if (captureTime !== undefined) at = writeCaptureTime(out, at, captureTime, packet.unit.captureTime);
		if (mid !== undefined && !this.receiverKnowsStream) {
			out[at] = (mid << 4) | (this.#mid.length - 1);
			at += 1 + this.#mid.copy(out, at + 1);
		}
		return at;
	}
}

/** With a clock offset of zero: capture and sender share a clock, and a receiver that is told so can use the time. */
function writeCaptureTime(out: Buffer, at: number, id: number, captureTime: number): number {
	const time = ntpTime(captureTime);
	out[at] = (id << 4) | 15;
	out.writeUInt32BE(time.seconds, at + 1);
	out.writeUInt32BE(time.fraction, at + 5);
	out.fill(0, at + 9, at + 17);
	return at + 17;
}
