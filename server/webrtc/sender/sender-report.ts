import { ntpTime, rtpTimestamp } from "./media-clock.ts";

const SENDER_REPORT = 200;
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
export function writeSenderReport(state: SenderState, now: number): Buffer {
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
