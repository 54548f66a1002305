import { randomInt } from "node:crypto";
import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import { ntpTime } from "./media-clock.ts";
import type { MediaPacket } from "./packetizer.ts";

/** Ids of header extensions that we read; absent ones are passed over. */
export interface ReadExtensions {
	readonly transportSequence?: number;
}

/** A received RTP packet (RFC 3550, 5.1); `payload` is a view of it, without padding. */
export interface RtpPacket {
	readonly payloadType: number;
	readonly marker: boolean;
	readonly sequence: number;
	readonly timestamp: number;
	readonly ssrc: number;
	readonly payload: Buffer;
	/** Number of the packet among all of its connection (transport-wide feedback). */
	readonly transportSequence?: number;
}

const ONE_BYTE = 0xbede;
/** Upper bits of the other form's; the lower four are the application's. */
const TWO_BYTE = 0x100;
const FIXED = 12;

/** Length of the part that SRTP leaves readable: fixed header, contributors and extension. Absent for what is no RTP. */
export function rtpHeaderLength(packet: Buffer): number | undefined {
	if (packet.length < FIXED || (packet[0] ?? 0) >> 6 !== 2) return undefined;
	const first = packet[0] ?? 0;
	let length = FIXED + (first & 0x0f) * 4;
	if ((first & 0x10) !== 0) {
		if (packet.length < length + 4) return undefined;
		length += 4 + packet.readUInt16BE(length + 2) * 4;
	}
	return length <= packet.length ? length : undefined;
}

/** Reads an opened packet whose header has this length. Absent when its padding is impossible. */
export function readRtp(
	packet: Buffer,
	headerLength: number,
	extensions: ReadExtensions,
): RtpPacket | undefined {
	const first = packet[0] ?? 0;
	const padding = (first & 0x20) !== 0 ? (packet[packet.length - 1] ?? 0) : 0;
	const end = packet.length - padding;
	if (((first & 0x20) !== 0 && padding === 0) || end < headerLength) return undefined;
	const transportSequence = readTransportSequence(packet, headerLength, extensions.transportSequence);
	return {
		payloadType: (packet[1] ?? 0) & 0x7f,
		marker: (packet[1] ?? 0) >= 0x80,
		sequence: packet.readUInt16BE(2),
		timestamp: packet.readUInt32BE(4),
		ssrc: packet.readUInt32BE(8),
		payload: packet.subarray(headerLength, end),
		...(transportSequence === undefined ? {} : { transportSequence }),
	};
}

/** Reads both forms of extensions (RFC 8285, 4.2 and 4.3): a client with a long media id sends the second. */
function readTransportSequence(packet: Buffer, end: number, id: number | undefined): number | undefined {
	const first = packet[0] ?? 0;
	const start = FIXED + (first & 0x0f) * 4;
	if (id === undefined || (first & 0x10) === 0) return undefined;
	const profile = packet.readUInt16BE(start);
	const isLong = profile >> 4 === TWO_BYTE;
	if (profile !== ONE_BYTE && !isLong) return undefined;
	for (let at = start + 4; at < end; ) {
		const head = packet[at++] ?? 0;
		if (head === 0) continue;
		const found = isLong ? head : head >> 4;
		const length = isLong ? (packet[at++] ?? 0) : (head & 0x0f) + 1;
		if (!isLong && found === 15) return undefined;
		if (found === id && length >= 2 && at + 1 < end) return packet.readUInt16BE(at);
		at += length;
	}
	return undefined;
}

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

/** Longest media id that a one-byte extension has room for (RFC 8285, 4.2); a longer one is not sent. */
export const LONGEST_SENT_MID = 16;

/** Longest header that is ever written, bytes: fixed part, extension head and all extensions, padded. */
export const MAX_RTP_HEADER = 12 + 48;

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
 * The first packet of each access unit says `playout-delay` 0/0 and when the frame was captured: a receiver keeps
 * the delay until told otherwise, and a frame that can be decoded has its first packet, so nothing else needs to
 * carry them. The media id goes along there until the receiver has reported, which shows that it knows the SSRC.
 */
export class RtpHeaderWriter {
	/** Ends the sending of the media id. */
	receiverKnowsStream = false;

	readonly #ids: ExtensionIds;
	readonly #mid: Buffer;

	/** `mid`: media id in the SDP, at most `LONGEST_SENT_MID` ASCII characters. */
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
function writeCaptureTime(out: Buffer, at: number, id: number, captureTime: MonotonicTime): number {
	const time = ntpTime(captureTime);
	out[at] = (id << 4) | 15;
	out.writeUInt32BE(time.seconds, at + 1);
	out.writeUInt32BE(time.fraction, at + 5);
	out.fill(0, at + 9, at + 17);
	return at + 17;
}

/** The numbering of one outgoing RTP stream. */
export class RtpStream {
	readonly payloadType: number;
	readonly ssrc: number;
	/** Index of the next packet: its sequence number with the rollovers above it (RFC 3711, 3.3.1). */
	#next: number;

	/** `first`: index of the first packet. Below 2^15 no early loss can be mistaken for a rollover. */
	constructor(payloadType: number, ssrc: number, first = randomInt(0x8000)) {
		this.payloadType = payloadType;
		this.ssrc = ssrc;
		this.#next = first;
	}

	/** Takes the next index. */
	take(): number {
		return this.#next++;
	}

	/** The sequence number given out last. */
	get last(): number {
		return (this.#next - 1) & 0xffff;
	}

	/** Whether a sequence number was given out within the last 2^15 packets. */
	wasSent(sequence: number): boolean {
		const behind = (this.#next - 1 - sequence) & 0xffff;
		return behind < 0x8000;
	}
}
