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

/** One-byte extensions only (RFC 8285, 4.2); clients that follow our answer send no others. */
function readTransportSequence(packet: Buffer, end: number, id: number | undefined): number | undefined {
	const first = packet[0] ?? 0;
	const start = FIXED + (first & 0x0f) * 4;
	if (id === undefined || (first & 0x10) === 0 || packet.readUInt16BE(start) !== ONE_BYTE) return undefined;
	for (let at = start + 4; at < end; ) {
		const head = packet[at] ?? 0;
		if (head === 0) {
			at++;
			continue;
		}
		const length = (head & 0x0f) + 1;
		if (head >> 4 === 15) return undefined;
		if (head >> 4 === id && length >= 2 && at + 2 < end) return packet.readUInt16BE(at + 1);
		at += 1 + length;
	}
	return undefined;
}
