import fc from "fast-check";
import { expect, it } from "vitest";
import { RtpHeader, RtpPacket } from "werift";
import { readRtp, rtpHeaderLength } from "../../../../server/webrtc/receiver/rtp-packet.ts";

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ""), "hex");

it("reads a packet with contributors, extensions and padding, byte for byte", () => {
	const packet = hex(`b1 e0 1234 00abcdef 01020304 0a0b0c0d
		bede 0002 10 41 00 31 beef 00 00
		11 22 33 00 02`);
	const length = rtpHeaderLength(packet) ?? 0;
	expect(length).toBe(28);
	expect(readRtp(packet, length, { transportSequence: 3 })).toEqual({
		payloadType: 96,
		marker: true,
		sequence: 0x1234,
		timestamp: 0xabcdef,
		ssrc: 0x01020304,
		payload: hex("112233"),
		transportSequence: 0xbeef,
	});
});

it("agrees with another reader of RTP", () => {
	const header = new RtpHeader({ payloadType: 102, sequenceNumber: 77, timestamp: 9, ssrc: 5, marker: true });
	const bytes = new RtpPacket(header, Buffer.from("hello")).serialize();
	const packet = readRtp(bytes, rtpHeaderLength(bytes) ?? 0, {});
	expect(packet).toMatchObject({ payloadType: 102, sequence: 77, timestamp: 9, ssrc: 5, marker: true });
	expect(packet?.payload.toString()).toBe("hello");
});

it("has no header for what is cut short or of another version, and none of impossible padding", () => {
	expect(rtpHeaderLength(hex("80600001 00000000 000000"))).toBeUndefined();
	expect(rtpHeaderLength(hex("40600001 00000000 00000000"))).toBeUndefined();
	expect(rtpHeaderLength(hex("8f600001 00000000 00000000"))).toBeUndefined();
	expect(rtpHeaderLength(hex("90600001 00000000 00000000 bede00ff"))).toBeUndefined();
	const padded = hex("a0600001 00000000 00000000 0a");
	expect(readRtp(padded, 12, {})).toBeUndefined();
});

it("never reads beyond a packet, whatever is in it", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
			const packet = Buffer.from(bytes);
			if (packet.length > 0) packet[0] = 0x80 | ((packet[0] ?? 0) & 0x3f);
			const length = rtpHeaderLength(packet);
			if (length === undefined) return;
			const read = readRtp(packet, length, { transportSequence: 1 });
			expect(read?.payload.length ?? 0).toBeLessThanOrEqual(packet.length - length);
		}),
	);
});
