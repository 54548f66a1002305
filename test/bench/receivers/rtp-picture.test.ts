import { expect, test } from "vitest";
import { packetize } from "../../../server/webrtc/rtp/packetizer.ts";
import { RtpHeaderWriter } from "../../../server/webrtc/rtp/rtp-packet.ts";
import { readRtpPicture } from "./rtp-picture.ts";

const CAPTURE_TIME_ID = 4;
const captureTime = 1_795_155_342_843.5;

/** The first packet of a picture of one NAL unit, as the product writes it. */
function productPacket(): Buffer {
	const picture = Buffer.from([0, 0, 0, 1, 0x65, 1, 2, 3]);
	const [packet] = packetize(picture, { captureTime, rtpTimestamp: 123_456, keyframe: true }).packets;
	if (!packet) throw new Error("no packet");
	const memory = Buffer.alloc(1200);
	const fields = { payloadType: 102, sequence: 1, timestamp: 123_456, ssrc: 2, transportSequence: 3 };
	const writer = new RtpHeaderWriter({ mid: 1, transportSequence: 2, playoutDelay: 3, captureTime: 4 }, "0");
	const length = writer.write(memory, packet, fields);
	return memory.subarray(0, length + packet.payload.length);
}

test("timestamp, end and capture time are read from a packet of the product", () => {
	const picture = readRtpPicture(productPacket(), CAPTURE_TIME_ID);
	expect(picture).toMatchObject({ timestamp: 123_456, last: true });
	expect(picture?.captureTime).toBeCloseTo(captureTime, 2);
});

test("a packet without the extension tells no capture time", () => {
	expect(readRtpPicture(productPacket(), 9)?.captureTime).toBeUndefined();
});

test("RTCP and what is cut short is no picture", () => {
	expect(readRtpPicture(Buffer.from([0x80, 200, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0]), 4)).toBeUndefined();
	const packet = productPacket();
	for (let length = 0; length < packet.length; length++) readRtpPicture(packet.subarray(0, length), 4);
	expect(readRtpPicture(packet.subarray(0, 11), 4)).toBeUndefined();
});
