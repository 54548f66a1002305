import { describe, expect, it } from "vitest";
import { type MediaPacket, packetize } from "../../../../server/webrtc/sender/packetize.ts";
import { MAX_RTP_HEADER, RtpHeaderWriter } from "../../../../server/webrtc/sender/rtp-header.ts";

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
