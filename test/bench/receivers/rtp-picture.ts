/** Header extension that carries the capture time (server/webrtc/werift/offer.ts). */
const NTP_TO_UNIX_SECONDS = 2_208_988_800;
const ONE_BYTE_EXTENSIONS = 0xbede;

/** What an RTP packet (RFC 3550, 5.1) tells of the frame it belongs to. */
export interface RtpFrame {
	readonly timestamp: number;
	/** The frame's last packet. */
	readonly last: boolean;
	/** When the frame was captured, ms since the Unix epoch; only some packets tell. */
	readonly captureTime: number | undefined;
}

/**
 * Reads an RTP packet with one-byte header extensions (RFC 8285, 4.2); undefined for RTCP and what is cut short.
 *
 * @param captureTimeId Id of abs-capture-time (64-bit NTP time first).
 */
export function readRtpFrame(packet: Buffer, captureTimeId: number): RtpFrame | undefined {
	if (packet.length < 12 || (packet[0] ?? 0) >> 6 !== 2) return undefined;
	const type = (packet[1] ?? 0) & 0x7f;
	if (type >= 64 && type <= 95) return undefined;
	const extension = readExtension(packet, captureTimeId);
	return {
		timestamp: packet.readUInt32BE(4),
		last: ((packet[1] ?? 0) & 0x80) !== 0,
		captureTime: extension === undefined ? undefined : fromNtp(extension),
	};
}

function readExtension(packet: Buffer, wanted: number): Buffer | undefined {
	const first = packet[0] ?? 0;
	const start = 12 + (first & 0x0f) * 4;
	if ((first & 0x10) === 0 || packet.length < start + 4) return undefined;
	if (packet.readUInt16BE(start) !== ONE_BYTE_EXTENSIONS) return undefined;
	const end = Math.min(packet.length, start + 4 + packet.readUInt16BE(start + 2) * 4);
	for (let at = start + 4; at < end; ) {
		const head = packet[at] ?? 0;
		if (head === 0) {
			at++;
			continue;
		}
		const length = (head & 0x0f) + 1;
		if (head >> 4 === wanted && length >= 8 && at + 1 + 8 <= end) return packet.subarray(at + 1, at + 9);
		at += 1 + length;
	}
	return undefined;
}

function fromNtp(time: Buffer): number {
	return (time.readUInt32BE(0) - NTP_TO_UNIX_SECONDS + time.readUInt32BE(4) / 2 ** 32) * 1000;
}
