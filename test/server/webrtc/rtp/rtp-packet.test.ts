import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RtpHeader, RtpPacket } from "werift";
import { type MediaPacket, packetize } from "../../../../server/webrtc/rtp/packetizer.ts";
import {
	MAX_RTP_HEADER,
	RtpHeaderWriter,
	readRtp,
	rtpHeaderLength,
} from "../../../../server/webrtc/rtp/rtp-packet.ts";

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

it("reads two-byte extensions, which a client with a long media id sends", () => {
	const packet = hex(`90 e0 1234 00abcdef 01020304
		1000 0006 01 11 ${"6d".repeat(17)} 00 03 02 beef
		11 22 33`);
	const length = rtpHeaderLength(packet) ?? 0;
	expect(readRtp(packet, length, { transportSequence: 3 })).toMatchObject({
		payload: hex("112233"),
		transportSequence: 0xbeef,
	});
	expect(readRtp(packet, length, { transportSequence: 2 })?.transportSequence).toBeUndefined();
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

const fields = {
	payloadType: 102,
	sequence: 0xfffe,
	timestamp: 0xa1b2c3d4,
	ssrc: 0x11223344,
	transportSequence: 0x0506,
};
const all = { mid: 1, transportSequence: 2, playoutDelay: 3, captureTime: 4 };
/** Three packets of a unit captured 1.5 s after the Unix epoch. */
const nal = Buffer.concat([Buffer.from([0, 0, 1, 0x65]), Buffer.alloc(3000, 1)]);
const [first, middle, last] = packetize(nal, {
	captureTime: 1500,
	rtpTimestamp: 0xa1b2c3d4,
	keyframe: true,
}).packets;

function header(writer: RtpHeaderWriter, packet: MediaPacket | undefined): string[] | null {
	if (packet === undefined) throw new Error("no such packet");
	const out = Buffer.alloc(MAX_RTP_HEADER, 0xee);
	const length = writer.write(out, packet, fields);
	return out.toString("hex", 0, length).match(/.{8}/g);
}

describe("RTP headers", () => {
	it("say all about a picture in its first packet, byte for byte", () => {
		expect(header(new RtpHeaderWriter(all, "0"), first)).toEqual([
			"9066fffe",
			"a1b2c3d4",
			"11223344",
			"bede0007", // one-byte extensions, seven words
			"21050632", // transport sequence; playout delay: least 0, most 0
			"0000004f", // capture time with clock offset, 16 bytes
			"83aa7e81",
			"80000000",
			"00000000",
			"00000000",
			"10300000", // media id "0", padding
		]);
	});

	it("have room for a media id of sixteen characters", () => {
		const words = header(new RtpHeaderWriter(all, "screen-video-no1"), first);
		expect(words?.[3]).toBe("bede000b");
		expect(words?.join("").slice(-40)).toBe(
			`1f${Buffer.from("screen-video-no1").toString("hex")}000000`.slice(-40),
		);
	});

	it("carry only the transport sequence in the packets between", () => {
		expect(header(new RtpHeaderWriter(all, "0"), middle)).toEqual([
			"9066fffe",
			"a1b2c3d4",
			"11223344",
			"bede0001",
			"21050600",
		]);
	});

	it("set the marker on the last packet", () => {
		expect(header(new RtpHeaderWriter(all, "0"), last)?.[0]).toBe("90e6fffe");
	});

	it("leave the media id out once the receiver knows the stream", () => {
		const writer = new RtpHeaderWriter(all, "0");
		writer.receiverKnowsStream = true;
		expect(header(writer, first)).toHaveLength(10);
		expect(header(writer, first)?.join("")).not.toContain("1030");
	});

	it("have no extensions when the receiver takes none", () => {
		expect(header(new RtpHeaderWriter({}, "0"), first)).toEqual(["8066fffe", "a1b2c3d4", "11223344"]);
	});
});
