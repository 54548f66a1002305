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
