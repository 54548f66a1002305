/** RTCP packet types and formats (RFC 3550, 12.1; RFC 4585, 6). */
const RECEIVER_REPORT = 201;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;
const GENERIC_NACK = 1;
const PICTURE_LOSS = 1;
const APPLICATION = 15;

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
export function writePictureLoss(sender: number, media: number): Buffer {
	const packet = start(PAYLOAD_FEEDBACK, PICTURE_LOSS, 12, sender);
	packet.writeUInt32BE(media, 8);
	return packet;
}

/** Says which rate is taken at most, bits per second (draft-alvestrand-rmcat-remb-03, 2.2). */
export function writeMaximumRate(sender: number, media: number, rate: number): Buffer {
	const packet = start(PAYLOAD_FEEDBACK, APPLICATION, 24, sender);
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
