import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import type { ReceivedUnit } from "../../../../server/webrtc/rtp/depacketizer.ts";
import { packetize } from "../../../../server/webrtc/rtp/packetizer.ts";
import { Receiver } from "../../../../server/webrtc/rtp/receiver.ts";
import { createSrtcpContext } from "../../../../server/webrtc/rtp/srtcp.ts";
import { deriveSessionKeys, type MasterKeys } from "../../../../server/webrtc/rtp/srtp.ts";
import { PATTERN_FILE, readAccessUnits } from "../../../support/pattern-source.ts";
import { createSrtpProtector } from "../../../support/srtp-protector.ts";

const SSRC = 77;
const REPEATS = 78;
const newKeys = (): MasterKeys => ({
	profile: "AEAD_AES_128_GCM",
	key: randomBytes(16),
	salt: randomBytes(12),
});

const units = readAccessUnits(readFileSync(PATTERN_FILE));
let now: number;
let given: ReceivedUnit[];
/** RTCP that the receiver sent, opened: type, format and what follows the two SSRCs. */
let told: { type: number; format: number; body: Buffer }[];
let receiver: Receiver;
let protect: (ssrc: number, index: number, header: Buffer, payload: Uint8Array) => Buffer;

beforeEach(() => {
	now = 1_000_000;
	given = [];
	told = [];
	const [ours, theirs] = [newKeys(), newKeys()];
	const theirEnd = createSrtcpContext(ours.profile, deriveSessionKeys(ours, "rtcp"));
	const protector = createSrtpProtector(theirs.profile, deriveSessionKeys(theirs, "rtp"));
	receiver = new Receiver({
		parameters: {
			payloadType: 102,
			retransmission: 103,
			transportSequence: 4,
			feedback: new Set(["nack", "nack pli", "transport-cc", "goog-remb"]),
		},
		keys: { local: ours, remote: theirs },
		now: () => now,
		send(packet) {
			const plain = theirEnd.open(packet) as Buffer;
			told.push({ type: plain[1] ?? 0, format: (plain[0] ?? 0) & 31, body: plain.subarray(12) });
		},
		unit: (unit) => given.push(unit),
	});
	protect = (ssrc, index, header, payload) => {
		const memory = Buffer.alloc(header.length + payload.length + 32);
		header.copy(memory);
		memory.writeUInt16BE(index % 0x10000, 2);
		memory.writeUInt32BE(ssrc, 8);
		memory.set(payload, header.length);
		return memory.subarray(
			0,
			protector.protect(memory, header.length, header.length + payload.length, index),
		);
	};
});

/** RTP packets of the recorded pictures from `first` to `last`, one after the other. */
function packetsOf(first: number, last: number, start = 0) {
	let index = start;
	return units.slice(first, last + 1).flatMap((unit, i) =>
		packetize(unit.data, { captureTime: 0, rtpTimestamp: 0, keyframe: unit.keyframe }).packets.map(
			(packet) => {
				const header = Buffer.alloc(20);
				header[0] = 0x90;
				header[1] = (packet.last ? 0x80 : 0) | 102;
				header.writeUInt32BE((first + i) * 3000, 4);
				header.writeUInt32BE(0xbede0001, 12);
				header[16] = 0x41;
				header.writeUInt16BE(index & 0xffff, 17);
				return { index: index++, header, payload: packet.payload };
			},
		),
	);
}

type Packet = ReturnType<typeof packetsOf>[number];
const deliver = ({ index, header, payload }: Packet) =>
	receiver.receive(protect(SSRC, index, header, payload));

function repeat({ index, header, payload }: Packet, at: number): boolean {
	const again = Buffer.from(header);
	again[1] = ((again[1] ?? 0) & 0x80) | 103;
	const original = Buffer.alloc(2);
	original.writeUInt16BE(index & 0xffff);
	return receiver.receive(protect(REPEATS, at, again, Buffer.concat([original, payload])));
}

const asked = (type: number, format: number) =>
	told.filter((one) => one.type === type && one.format === format);

describe("a receiver", () => {
	it("gives all pictures of a clean stream, and asks for nothing again", () => {
		for (const packet of packetsOf(0, 20)) expect(deliver(packet)).toBe(true);
		receiver.tick();
		expect(given).toHaveLength(21);
		expect(receiver.stats()).toMatchObject({
			units: 21,
			nacks: 0,
			keyframeRequests: 0,
			losses: 0,
			dropped: 0,
		});
		// A receiver report and transport-wide feedback.
		expect(told.map(({ type }) => type)).toEqual([205, 201]);
	});

	it("asks at once for a packet that is missing, and is whole again with its retransmission", () => {
		const packets = packetsOf(0, 3);
		const [missing] = packets.splice(3, 1);
		for (const packet of packets) deliver(packet);
		const [nack] = asked(205, 1);
		expect(nack?.body.readUInt16BE(0)).toBe(3);
		expect(given.length).toBeLessThan(4);
		expect(repeat(missing as Packet, 500)).toBe(true);
		expect(given).toHaveLength(4);
		expect(asked(206, 1)).toEqual([]);
	});

	it("asks for a keyframe when a packet is lost for good, and shows nothing broken until it comes", () => {
		const packets = packetsOf(0, 6);
		packets.splice(4, 1);
		for (const packet of packets) deliver(packet);
		now += 500;
		receiver.tick();
		expect(receiver.stats().losses).toBe(1);
		expect(asked(206, 1)).toHaveLength(1);
		const before = given.length;
		const later = packetsOf(7, 9, packets.length + 1);
		for (const packet of later) deliver(packet);
		expect(given).toHaveLength(before);
		now += 300;
		receiver.tick();
		expect(asked(206, 1)).toHaveLength(2);
		for (const packet of packetsOf(0, 2, packets.length + 1 + later.length)) deliver(packet);
		expect(given).toHaveLength(before + 3);
		now += 1000;
		receiver.tick();
		expect(asked(206, 1)).toHaveLength(2);
	});

	it("asks for a keyframe at most every 250 ms, however many viewers want one", () => {
		for (const packet of packetsOf(0, 1)) deliver(packet);
		for (let i = 0; i < 1000; i++) {
			receiver.requestKeyframe();
			now += 1;
		}
		expect(asked(206, 1)).toHaveLength(4);
	});

	it("starts anew after a jump of the sequence", () => {
		for (const packet of packetsOf(0, 2)) deliver(packet);
		for (const packet of packetsOf(0, 2, 30_000)) deliver(packet);
		expect(given).toHaveLength(6);
		expect(receiver.stats().losses).toBe(1);
	});

	it("drops garbage and repeated packets, counts them, and is not disturbed", () => {
		const packets = packetsOf(0, 5);
		for (const packet of packets) {
			deliver(packet);
			expect(deliver(packet)).toBe(false);
			expect(receiver.receive(Buffer.concat([Buffer.from([0x80, 102]), randomBytes(200)]))).toBe(false);
			expect(receiver.receive(Buffer.concat([Buffer.from([0x80, 200]), randomBytes(40)]))).toBe(false);
		}
		expect(given).toHaveLength(6);
		expect(receiver.stats().dropped).toBe(packets.length * 3);
	});

	it("tells the rate that is of use", () => {
		receiver.limitRate(4_000_000);
		for (const packet of packetsOf(0, 1)) deliver(packet);
		receiver.tick();
		expect(asked(206, 15)).toHaveLength(1);
	});

	it("passes over other payload types, such as audio that nobody asked for", () => {
		const [packet] = packetsOf(0, 0) as [Packet];
		const audio = Buffer.from(packet.header);
		audio[1] = 111;
		expect(receiver.receive(protect(9, 1, audio, Buffer.from("sound")))).toBe(true);
		expect(given).toEqual([]);
	});
});
