import { describe, expect, it } from "vitest";
import { HISTORY_SIZE } from "../../../../server/webrtc/sender/history.ts";
import { MAX_QUEUED_BYTES } from "../../../../server/webrtc/sender/sender.ts";
import { mediaUnit, RESENT_SSRC, SenderLab, SSRC } from "../../../support/sender-lab.ts";

const PLI = "81ce0002 00000001 11223344";

describe("the sender", () => {
	it("asks for a keyframe at once and sends nothing before it", () => {
		const lab = new SenderLab();
		expect(lab.keyframeRequests).toBe(1);
		lab.sender.send(mediaUnit(false));
		expect(lab.take().rtp).toEqual([]);
		expect(lab.keyframeRequests).toBe(2);
		lab.sender.send(mediaUnit(true));
		lab.sender.send(mediaUnit(false));
		expect(lab.take().rtp).toHaveLength(2);
		expect(lab.sender.stats().skipped).toBe(1);
	});

	it("numbers packets without gaps, media and transport alike", () => {
		const lab = new SenderLab();
		for (let i = 0; i < 50; i++) lab.sender.send(mediaUnit(i === 0, 3000));
		const { rtp } = lab.take();
		const first = rtp[0]?.header.sequenceNumber ?? 0;
		expect(rtp.map(({ header }) => header.sequenceNumber)).toEqual(rtp.map((_, i) => (first + i) & 0xffff));
		expect(rtp.map(({ header }) => header.extensions[0]?.payload.readUInt16BE())).toEqual(
			rtp.map((_, i) => i),
		);
		expect(new Set(rtp.map(({ header }) => header.ssrc))).toEqual(new Set([SSRC]));
	});

	it("keeps numbering and protecting over the wrap of sequence numbers", () => {
		const lab = new SenderLab();
		const unit = mediaUnit(true, 5);
		lab.arrives = (packet) => ((packet.readUInt16BE(2) + 3) & 0xffff) < 6;
		for (let i = 0; i < 0x1_0000; i++) lab.sender.send(unit);
		const sequences = lab.take().rtp.map(({ header }) => header.sequenceNumber);
		expect(sequences.slice(-6)).toEqual([0xfffd, 0xfffe, 0xffff, 0, 1, 2]);
	});

	it("resends what a viewer misses on the retransmission stream, with the number it had (RFC 4588)", () => {
		const lab = new SenderLab();
		lab.sender.send(mediaUnit(true, 2000));
		const [lost] = lab.take().rtp;
		lab.nack(lost?.header.sequenceNumber ?? 0);
		const [again, ...none] = lab.take().rtp;
		expect(none).toEqual([]);
		expect(again?.header).toMatchObject({
			ssrc: RESENT_SSRC,
			payloadType: 103,
			timestamp: lost?.header.timestamp,
		});
		expect(again?.payload.readUInt16BE()).toBe(lost?.header.sequenceNumber);
		expect(again?.payload.subarray(2)).toEqual(lost?.payload);
		expect(lab.sender.stats()).toMatchObject({ nacks: 1, retransmitted: 1, keyframeRequests: 0 });
	});

	it("does not resend again while the last copy may be on its way", () => {
		const lab = new SenderLab();
		lab.sender.send(mediaUnit(true));
		const sequence = lab.take().rtp[0]?.header.sequenceNumber ?? 0;
		for (let i = 0; i < 100; i++) lab.nack(sequence);
		lab.time += 20;
		lab.nack(sequence);
		expect(lab.take().rtp).toHaveLength(2);
	});

	it("asks for a keyframe at once when what is missing is no longer kept", () => {
		const lab = new SenderLab();
		lab.sender.send(mediaUnit(true));
		const sequence = lab.take().rtp[0]?.header.sequenceNumber ?? 0;
		for (let i = 0; i < HISTORY_SIZE; i++) lab.sender.send(mediaUnit(false));
		lab.take();
		lab.nack(sequence);
		expect(lab.take().rtp).toEqual([]);
		expect(lab.keyframeRequests).toBe(2);
	});

	it("asks for a keyframe when the viewer takes no retransmissions", () => {
		const lab = new SenderLab({ retransmission: false });
		lab.sender.send(mediaUnit(true));
		lab.nack(lab.take().rtp[0]?.header.sequenceNumber ?? 0);
		expect(lab.take().rtp).toEqual([]);
		expect(lab.keyframeRequests).toBe(2);
	});

	it("does not care for numbers that it never sent", () => {
		const lab = new SenderLab();
		lab.sender.send(mediaUnit(true));
		lab.nack(((lab.take().rtp[0]?.header.sequenceNumber ?? 0) + 5) & 0xffff);
		expect(lab.take().rtp).toEqual([]);
		expect(lab.keyframeRequests).toBe(1);
	});

	it("asks for a keyframe when the viewer wants one, but not for a forged or repeated wish", () => {
		const lab = new SenderLab();
		expect(lab.feedback(PLI)).toBe(true);
		expect(lab.keyframeRequests).toBe(2);
		expect(
			lab.sender.receive(Buffer.from("81ce000200000001112233440000000000000000000000008000000", "hex")),
		).toBe(false);
		expect(lab.keyframeRequests).toBe(2);
	});

	it("skips to the next keyframe when the connection is too slow, and counts what it left out", () => {
		const lab = new SenderLab();
		lab.sender.send(mediaUnit(true));
		lab.queued = MAX_QUEUED_BYTES + 1;
		lab.sender.send(mediaUnit(false));
		lab.sender.send(mediaUnit(true));
		lab.queued = 0;
		lab.sender.send(mediaUnit(false));
		expect(lab.take().rtp).toHaveLength(1);
		expect(lab.keyframeRequests).toBe(2);
		lab.sender.send(mediaUnit(true));
		expect(lab.take().rtp).toHaveLength(1);
		expect(lab.sender.stats().skipped).toBe(3);
	});

	it("leaves memory alone that the network still holds", () => {
		const lab = new SenderLab();
		lab.keepsMemory = true;
		for (let i = 0; i < 20; i++) lab.sender.send(mediaUnit(i === 0, 3000));
		const sequences = lab.take().rtp.map(({ header }) => header.sequenceNumber);
		expect(new Set(sequences).size).toBe(60);
	});

	it("reports with the first picture and when asked, on the clock of the pictures", () => {
		const lab = new SenderLab();
		lab.sender.report();
		expect(lab.take().rtcp).toEqual([]);
		lab.sender.send(mediaUnit(true));
		const [report] = lab.take().rtcp;
		expect(report?.readUInt32BE(8)).toBe(1000 + 2_208_988_800);
		expect(report?.readUInt32BE(16)).toBe((1_000_000 - 4000) * 90);
		lab.sender.report();
		expect(lab.take().rtcp).toHaveLength(1);
	});

	it("learns round trip and loss from receiver reports", () => {
		const lab = new SenderLab();
		lab.time = 1_000_000;
		// The report of time 1,000.0 s came, was held for 0.5 s, and its answer is here 0.75 s after it left.
		const last = ((1000 + 2_208_988_800) & 0xffff).toString(16).padStart(4, "0");
		lab.time += 750;
		lab.feedback(`81c90007 00000001 11223344 20000000 00000000 00000000 ${last}0000 00008000`);
		expect(lab.sender.stats().roundTrip).toBeCloseTo(250, 0);
		expect(lab.sender.stats().lost).toBe(0.125);
	});
});
