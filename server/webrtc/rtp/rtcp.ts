import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import { ntpTime, rtpTimestamp } from "./media-clock.ts";

/**
 * RTCP packet types and formats (RFC 3550, 12.1; RFC 4585, 6; RFC 5104, 4.3.1;
 * draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1; draft-alvestrand-rmcat-remb-03, 2.2).
 */
const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;
const GENERIC_NACK = 1;
const TRANSPORT_WIDE = 15;
const PICTURE_LOSS = 1;
const FULL_INTRA_REQUEST = 4;
const APPLICATION_LAYER = 15;
const REMB = 0x52454d42;

/** Most parts of a compound packet, and most entries of a NACK, that are looked at. */
const MAX_PARTS = 32;
const MAX_NACK_ENTRIES = 256;

/** What a receiver said about our stream. */
export interface FeedbackEvents {
	/** It cannot go on without a keyframe (PLI or FIR). */
	keyframeWanted(): void;
	/** It misses a packet. */
	missing(sequence: number): void;
	/**
	 * Its report: the fraction lost since the one before (0..1), the middle bits of the last sender report's NTP time
	 * (0: none yet) and the time since that came, in 1/65536 s.
	 */
	report(lost: number, lastSenderReport: number, delay: number): void;
	/** A transport-wide feedback message, unread. */
	transport(message: Buffer): void;
	/** The most it thinks it can take (REMB), bits per second, 0 to `MAX_LIMIT`. */
	limit(rate: number): void;
}

/** Whatever a receiver says, it can take no more than this, bits per second. */
export const MAX_LIMIT = 1e9;

/** Reads a compound RTCP packet from a receiver of `ssrc`; what is unknown, cut short or about others is skipped. */
export function readFeedback(packet: Buffer, ssrc: number, events: FeedbackEvents): void {
	let at = 0;
	for (let part = 0; part < MAX_PARTS && at + 4 <= packet.length; part++) {
		const length = (packet.readUInt16BE(at + 2) + 1) * 4;
		const end = at + length;
		const head = packet[at] ?? 0;
		if (end > packet.length || head >> 6 !== 2) return;
		readPart(packet.subarray(at, end), head & 0x1f, ssrc, events);
		at = end;
	}
}

function readPart(part: Buffer, count: number, ssrc: number, events: FeedbackEvents): void {
	switch (part[1]) {
		case SENDER_REPORT:
			return readReports(part, 28, count, ssrc, events);
		case RECEIVER_REPORT:
			return readReports(part, 8, count, ssrc, events);
		case TRANSPORT_FEEDBACK:
			if (count === GENERIC_NACK) readNack(part, ssrc, events);
			else if (count === TRANSPORT_WIDE) events.transport(part);
			return;
		case PAYLOAD_FEEDBACK:
			if (count === APPLICATION_LAYER) return readLimit(part, ssrc, events);
			if (wantsKeyframe(part, count, ssrc)) events.keyframeWanted();
	}
}

function readReports(part: Buffer, start: number, count: number, ssrc: number, events: FeedbackEvents): void {
	for (let i = 0, at = start; i < count && at + 24 <= part.length; i++, at += 24) {
		if (part.readUInt32BE(at) !== ssrc) continue;
		events.report((part[at + 4] ?? 0) / 256, part.readUInt32BE(at + 16), part.readUInt32BE(at + 20));
	}
}

function readNack(part: Buffer, ssrc: number, events: FeedbackEvents): void {
	if (part.length < 12 || part.readUInt32BE(8) !== ssrc) return;
	for (let i = 0, at = 12; i < MAX_NACK_ENTRIES && at + 4 <= part.length; i++, at += 4) {
		const first = part.readUInt16BE(at);
		events.missing(first);
		let mask = part.readUInt16BE(at + 2);
		for (let next = first + 1; mask !== 0; next++, mask >>= 1) {
			if ((mask & 1) !== 0) events.missing(next & 0xffff);
		}
	}
}

function readLimit(part: Buffer, ssrc: number, events: FeedbackEvents): void {
	if (part.length < 20 || part.readUInt32BE(12) !== REMB) return;
	const mantissa = part.readUIntBE(17, 3) & 0x3ffff;
	const rate = mantissa * 2 ** ((part[17] ?? 0) >> 2);
	for (let left = part[16] ?? 0, at = 20; left > 0 && at + 4 <= part.length; left--, at += 4) {
		if (part.readUInt32BE(at) === ssrc) return events.limit(Math.min(rate, MAX_LIMIT));
	}
}

function wantsKeyframe(part: Buffer, format: number, ssrc: number): boolean {
	if (format === PICTURE_LOSS) return part.length >= 12 && part.readUInt32BE(8) === ssrc;
	if (format !== FULL_INTRA_REQUEST) return false;
	for (let at = 12; at + 8 <= part.length; at += 8) {
		if (part.readUInt32BE(at) === ssrc) return true;
	}
	return false;
}

/** What a receiver report says of one stream (RFC 3550, 6.4.1). */
export interface ReceptionReport {
	readonly ssrc: number;
	/** Fraction lost since the report before, 0..255. */
	readonly fraction: number;
	/** Lost in all, at least 0. */
	readonly lost: number;
	/** Highest index received. */
	readonly highest: number;
	/** Units of the RTP clock. */
	readonly jitter: number;
	/** Middle bits of the NTP time in the last sender report, and the time since then in 1/65536 s; 0 without one. */
	readonly lastReport: number;
	readonly sinceReport: number;
}

/** A receiver report; empty while no stream is known. */
export function writeReceiverReport(sender: number, report?: ReceptionReport): Buffer {
	const packet = start(RECEIVER_REPORT, report ? 1 : 0, report ? 32 : 8, sender);
	if (!report) return packet;
	packet.writeUInt32BE(report.ssrc, 8);
	packet[12] = report.fraction;
	packet.writeUIntBE(Math.min(report.lost, 0x7f_ffff), 13, 3);
	packet.writeUInt32BE(report.highest % 2 ** 32, 16);
	packet.writeUInt32BE(Math.min(Math.round(report.jitter), 0xffff_ffff), 20);
	packet.writeUInt32BE(report.lastReport, 24);
	packet.writeUInt32BE(report.sinceReport >>> 0, 28);
	return packet;
}

/** Asks for packets by their indexes, which ascend (RFC 4585, 6.2.1). */
export function writeNack(sender: number, media: number, missing: readonly number[]): Buffer {
	const entries: { first: number; mask: number }[] = [];
	for (const index of missing) {
		const last = entries.at(-1);
		const ahead = last === undefined ? 0 : index - last.first;
		if (last !== undefined && ahead >= 1 && ahead <= 16) last.mask |= 1 << (ahead - 1);
		else entries.push({ first: index, mask: 0 });
	}
	const packet = start(TRANSPORT_FEEDBACK, GENERIC_NACK, 12 + entries.length * 4, sender);
	packet.writeUInt32BE(media, 8);
	for (const [i, { first, mask }] of entries.entries()) {
		packet.writeUInt16BE(first % 0x10000, 12 + i * 4);
		packet.writeUInt16BE(mask, 14 + i * 4);
	}
	return packet;
}

/** Asks for a keyframe (RFC 4585, 6.3.1). */
export function writeFrameLoss(sender: number, media: number): Buffer {
	const packet = start(PAYLOAD_FEEDBACK, PICTURE_LOSS, 12, sender);
	packet.writeUInt32BE(media, 8);
	return packet;
}

/** Says which rate is taken at most, bits per second (draft-alvestrand-rmcat-remb-03, 2.2). */
export function writeMaximumRate(sender: number, media: number, rate: number): Buffer {
	const packet = start(PAYLOAD_FEEDBACK, APPLICATION_LAYER, 24, sender);
	packet.write("REMB", 12, "latin1");
	let exponent = 0;
	while (rate / 2 ** exponent >= 2 ** 18) exponent++;
	packet.writeUInt32BE(((1 << 24) | (exponent << 18) | Math.floor(rate / 2 ** exponent)) >>> 0, 16);
	packet.writeUInt32BE(media, 20);
	return packet;
}

function start(type: number, count: number, length: number, sender: number): Buffer {
	const packet = Buffer.alloc(length);
	packet[0] = 0x80 | count;
	packet[1] = type;
	packet.writeUInt16BE(length / 4 - 1, 2);
	packet.writeUInt32BE(sender, 4);
	return packet;
}

const SOURCE_DESCRIPTION = 202;
const CNAME = 1;

/** What a sender report tells. */
export interface SenderState {
	readonly ssrc: number;
	/** Canonical name, as in the SDP; ASCII, at most 64 characters. */
	readonly cname: string;
	/** See `PeerStats.clockOrigin`. */
	readonly clockOrigin: number;
	readonly packets: number;
	/** Payload bytes, without headers. */
	readonly payloadBytes: number;
}

/** A compound RTCP packet of sender report and source description (RFC 3550, 6.4.1 and 6.5) for the time `now`. */
export function writeSenderReport(state: SenderState, now: MonotonicTime): Buffer {
	const item = 4 + 2 + state.cname.length;
	const description = 4 + Math.ceil((item + 1) / 4) * 4;
	const packet = Buffer.alloc(28 + description);
	const time = ntpTime(now);
	packet[0] = 0x80;
	packet[1] = SENDER_REPORT;
	packet.writeUInt16BE(6, 2);
	packet.writeUInt32BE(state.ssrc, 4);
	packet.writeUInt32BE(time.seconds, 8);
	packet.writeUInt32BE(time.fraction, 12);
	packet.writeUInt32BE(rtpTimestamp(now, state.clockOrigin), 16);
	packet.writeUInt32BE(state.packets % 2 ** 32, 20);
	packet.writeUInt32BE(state.payloadBytes % 2 ** 32, 24);
	packet[28] = 0x81;
	packet[29] = SOURCE_DESCRIPTION;
	packet.writeUInt16BE(description / 4 - 1, 30);
	packet.writeUInt32BE(state.ssrc, 32);
	packet[36] = CNAME;
	packet[37] = state.cname.length;
	packet.write(state.cname, 38, "latin1");
	return packet;
}
