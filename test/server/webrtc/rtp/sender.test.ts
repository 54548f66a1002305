import { describe, expect, it } from "vitest";
import { OPEN_PACE, RESENT_SSRC, SenderLab, SSRC } from "../../../support/sender-lab.ts";
import { writeTransportFeedback } from "../../../support/transport-feedback.ts";

/** As in the addon: packets kept for retransmission, and bytes that may wait in a connection. */
const RETRANSMISSION_BUFFER = 2048;
const MAX_QUEUED_BYTES = 256 * 1024;

const PLI = "81ce0002 00000001 11223344";

describe("a sender", () => {
	it("asks for a keyframe at once and sends nothing before it", () => {
		const lab = new SenderLab();
		expect(lab.keyframeRequests).toBe(1);
		lab.push(false);
		expect(lab.take().rtp).toEqual([]);
		expect(lab.keyframeRequests).toBe(2);
		lab.push(true);
		lab.push(false);
		expect(lab.take().rtp).toHaveLength(2);
		expect(lab.sender.stats().skipped).toBe(1);
		expect(lab.followed).toBe(1);
	});

	it("numbers packets without gaps, media and transport alike", () => {
		const lab = new SenderLab();
		for (let i = 0; i < 50; i++) lab.push(i === 0, 3000);
		const { rtp } = lab.take();
		const first = rtp[0]?.header.sequenceNumber ?? 0;
		expect(rtp).toHaveLength(150);
		expect(rtp.map(({ header }) => header.sequenceNumber)).toEqual(rtp.map((_, i) => (first + i) & 0xffff));
		expect(rtp.map(({ header }) => header.extensions[0]?.payload.readUInt16BE())).toEqual(
			rtp.map((_, i) => i),
		);
		expect(new Set(rtp.map(({ header }) => header.ssrc))).toEqual(new Set([SSRC]));
	});

	it.each(["0", "video0", "screen-video-no1"])("names the media id %s until it has been heard of", (mid) => {
		const lab = new SenderLab({ mid });
		lab.push(true);
		lab.feedback(PLI);
		lab.push(true);
		const ids = lab
			.take()
			.rtp.map(({ header }) => header.extensions.find(({ id }) => id === 1)?.payload.toString());
		expect(ids[0]).toBe(mid);
	});

	it("keeps numbering and protecting over the wrap of sequence numbers", () => {
		const lab = new SenderLab();
		lab.arrives = (packet) => ((packet.readUInt16BE(2) + 3) & 0xffff) < 6;
		for (let i = 0; i < 0x1_0000; i++) lab.push(true, 5);
		const sequences = lab.take().rtp.map(({ header }) => header.sequenceNumber);
		expect(sequences.slice(-6)).toEqual([0xfffd, 0xfffe, 0xffff, 0, 1, 2]);
	});

	it("resends what a viewer misses on the retransmission stream, with the number it had (RFC 4588)", () => {
		const lab = new SenderLab();
		lab.push(true, 2000);
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
		lab.push(true);
		const sequence = lab.take().rtp[0]?.header.sequenceNumber ?? 0;
		for (let i = 0; i < 100; i++) lab.nack(sequence);
		lab.clock.advance(20);
		lab.nack(sequence);
		expect(lab.take().rtp).toHaveLength(2);
	});

	it("asks for a keyframe at once when what is missing is no longer kept", () => {
		const lab = new SenderLab();
		lab.push(true);
		const sequence = lab.take().rtp[0]?.header.sequenceNumber ?? 0;
		for (let i = 0; i < RETRANSMISSION_BUFFER; i++) lab.push(false);
		lab.take();
		lab.nack(sequence);
		expect(lab.take().rtp).toEqual([]);
		expect(lab.keyframeRequests).toBe(2);
	});

	it("asks for a keyframe when the viewer takes no retransmissions", () => {
		const lab = new SenderLab({ retransmission: false });
		lab.push(true);
		lab.nack(lab.take().rtp[0]?.header.sequenceNumber ?? 0);
		expect(lab.take().rtp).toEqual([]);
		expect(lab.keyframeRequests).toBe(2);
	});

	it("does not care for numbers that it never sent", () => {
		const lab = new SenderLab();
		lab.push(true);
		lab.nack(((lab.take().rtp[0]?.header.sequenceNumber ?? 0) + 5) & 0xffff);
		expect(lab.take().rtp).toEqual([]);
		expect(lab.keyframeRequests).toBe(1);
	});

	it("asks for a keyframe when the viewer wants one, but not for a forged or repeated wish", () => {
		const lab = new SenderLab();
		expect(lab.feedback(PLI)).toBe(true);
		expect([lab.keyframeRequests, lab.heard]).toEqual([2, 1]);
		const forged = Buffer.from("81ce000200000001112233440000000000000000000000008000000", "hex");
		expect(lab.sender.receive(forged)).toBe(false);
		expect([lab.keyframeRequests, lab.heard]).toEqual([2, 1]);
	});

	it("skips to the next keyframe when the connection is too slow, and counts what it left out", () => {
		const lab = new SenderLab();
		lab.push(true);
		lab.clock.advance(0);
		lab.queued = MAX_QUEUED_BYTES + 1;
		lab.push(false);
		lab.push(true);
		lab.clock.advance(0);
		lab.queued = 0;
		lab.push(false);
		expect(lab.take().rtp).toHaveLength(1);
		lab.push(true);
		expect(lab.take().rtp).toHaveLength(1);
		expect(lab.sender.stats().skipped).toBe(3);
	});

	it("leaves memory alone that the network still holds", () => {
		const lab = new SenderLab();
		for (let i = 0; i < 20; i++) lab.push(i === 0, 3000);
		const sequences = lab.take().rtp.map(({ header }) => header.sequenceNumber);
		expect(new Set(sequences).size).toBe(60);
	});

	it("reports with the first picture and when asked, on the clock of the pictures", () => {
		const lab = new SenderLab();
		lab.sender.report();
		expect(lab.take().rtcp).toEqual([]);
		const now = lab.clock.now();
		lab.push(true);
		const [report] = lab.take().rtcp;
		const seconds =
			(report?.readUInt32BE(8) ?? 0) - 2_208_988_800 + (report?.readUInt32BE(12) ?? 0) / 2 ** 32;
		expect(seconds * 1000 - now).toBeGreaterThanOrEqual(-1);
		expect(seconds * 1000 - now).toBeLessThan(100);
		expect(report?.readUInt32BE(16)).toBe(Math.round((seconds * 1000 - 4000) * 90) % 2 ** 32);
		lab.sender.report();
		expect(lab.take().rtcp).toHaveLength(1);
	});

	it("learns round trip and loss from receiver reports", () => {
		const lab = new SenderLab();
		// The report of a time was held for 0.5 s, and its answer is here 0.75 s after it left.
		const last = Math.round((lab.clock.now() - 750 + 2_208_988_800_000) * 65.536) % 2 ** 32;
		const hex = last.toString(16).padStart(8, "0");
		lab.feedback(`81c90007 00000001 11223344 20000000 00000000 00000000 ${hex} 00008000`);
		expect(Math.abs((lab.sender.stats().roundTrip ?? 0) - 250)).toBeLessThan(20);
		expect(lab.sender.stats().lost).toBe(0.125);
	});
});

describe("feeds", () => {
	it("go on being sent until the keyframe of the one that takes over", () => {
		const lab = new SenderLab();
		const small = lab.clock.pool.openFeed();
		lab.push(true);
		lab.sender.follow(small);
		expect(lab.keyframeRequests).toBe(2);
		lab.push(false);
		lab.push(false, 100, small);
		lab.clock.advance(0);
		expect(lab.followed).toBe(1);
		lab.push(true, 100, small);
		lab.push(false);
		lab.push(false, 100, small);
		const { rtp } = lab.take();
		expect(rtp).toHaveLength(4);
		expect(lab.followed).toBe(2);
		const first = rtp[0]?.header.sequenceNumber ?? 0;
		expect(rtp.map(({ header }) => (header.sequenceNumber - first) & 0xffff)).toEqual([0, 1, 2, 3]);
		expect(new Set(rtp.map(({ header }) => header.ssrc))).toEqual(new Set([SSRC]));
		expect(lab.sender.stats().skipped).toBe(0);
	});

	it("stay when the one that should take over is taken back", () => {
		const lab = new SenderLab();
		const small = lab.clock.pool.openFeed();
		lab.push(true);
		lab.sender.follow(small);
		lab.sender.follow(lab.feed);
		lab.push(true, 100, small);
		lab.push(false);
		expect(lab.take().rtp).toHaveLength(2);
		expect(lab.followed).toBe(1);
	});

	it("end when nothing is followed, and begin again with a keyframe", () => {
		const lab = new SenderLab();
		lab.push(true);
		lab.sender.follow(undefined);
		lab.push(false);
		lab.push(true);
		expect(lab.take().rtp).toHaveLength(1);
		lab.sender.follow(lab.feed);
		expect(lab.keyframeRequests).toBe(2);
		lab.push(false);
		expect(lab.take().rtp).toHaveLength(0);
		lab.push(true);
		expect(lab.take().rtp).toHaveLength(1);
		expect(lab.followed).toBe(2);
	});

	it("never give two pictures one timestamp, nor an earlier one", () => {
		const lab = new SenderLab();
		const small = lab.clock.pool.openFeed();
		lab.push(true, 100, lab.feed, 0xffff_fffe);
		lab.sender.follow(small);
		lab.push(true, 100, small, 0xffff_fffe);
		lab.push(false, 100, small, 0xffff_fff0);
		lab.push(false, 100, small, 5);
		const { rtp } = lab.take();
		expect(rtp.map(({ header }) => header.timestamp)).toEqual([0xffff_fffe, 0xffff_ffff, 0, 5]);
		lab.nack(rtp[1]?.header.sequenceNumber ?? 0);
		expect(lab.take().rtp[0]?.header.timestamp).toBe(0xffff_ffff);
	});

	it("reach nobody once the sender or they themselves are closed", () => {
		const lab = new SenderLab();
		lab.push(true);
		lab.feed.close();
		lab.push(true);
		expect(lab.take().rtp).toHaveLength(1);
		const other = new SenderLab();
		other.sender.close();
		other.push(true);
		other.sender.close();
		expect(other.take().rtp).toHaveLength(0);
	});
});

describe("the pace", () => {
	/** 1 Mbit/s: about nine packets of 1,100 bytes in 80 ms. */
	const pace = { rate: 1e6, burst: 3000, longestWait: 200 };
	const KEYFRAME = 20_000;
	const bytes = ({ rtp }: { rtp: readonly { payload: Buffer }[] }) =>
		rtp.reduce((sum, { payload }) => sum + payload.length, 0);

	it("lets a picture that fits the burst out at once, and a large one bit by bit", () => {
		const lab = new SenderLab({ pace });
		lab.push(true, KEYFRAME);
		const first = bytes(lab.take());
		expect(first).toBeGreaterThanOrEqual(2000);
		expect(first).toBeLessThanOrEqual(3000 + 2 * 1200);
		lab.clock.advance(80);
		const second = bytes(lab.take());
		expect(second).toBeGreaterThan(7000);
		expect(second).toBeLessThan(13_000);
		lab.clock.advance(200);
		expect(first + second + bytes(lab.take())).toBeGreaterThan(KEYFRAME);
		lab.clock.advance(100);
		lab.push(false, 2000);
		expect(bytes(lab.take())).toBeGreaterThan(2000);
	});

	it("keeps pictures in order and whole behind a large one", () => {
		const lab = new SenderLab({ pace });
		lab.push(true, 10_000);
		lab.push(false, 3000);
		lab.push(false, 100);
		lab.clock.advance(300);
		const { rtp } = lab.take();
		const stamps = rtp.map(({ header }) => header.timestamp);
		expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
		expect(rtp.filter(({ header }) => header.marker)).toHaveLength(3);
		expect(lab.sender.stats().skipped).toBe(0);
	});

	it("drops whole pictures that would wait too long, finishes the one it began, and goes on with a keyframe", () => {
		const lab = new SenderLab({ pace });
		lab.push(true, 40_000);
		for (let i = 0; i < 5; i++) lab.push(false, 2000);
		lab.clock.advance(100);
		const asked = lab.keyframeRequests;
		lab.clock.advance(400);
		// Asked once, when the large one was out.
		expect(lab.keyframeRequests).toBe(asked + 1);
		const { rtp } = lab.take();
		expect(new Set(rtp.map(({ header }) => header.timestamp)).size).toBe(1);
		expect(rtp.at(-1)?.header.marker).toBe(true);
		lab.push(false, 2000);
		lab.push(true, 2000);
		lab.push(false, 100);
		lab.clock.advance(100);
		const again = lab.take().rtp.filter(({ header }) => header.marker);
		expect(again).toHaveLength(2);
		expect(lab.sender.stats().skipped).toBe(6);
	});

	it("asks less and less often when it needs keyframes again and again", () => {
		const lab = new SenderLab({ pace: { ...pace, rate: 400_000 } });
		let keyframes = 0;
		let asked = 0;
		const halves = [0, 0];
		for (let ms = 0; ms < 16_000; ms += 16) {
			const keyframe = lab.keyframeRequests > asked;
			asked = lab.keyframeRequests;
			if (keyframe) keyframes++;
			if (keyframe) halves[ms < 8000 ? 0 : 1] = (halves[ms < 8000 ? 0 : 1] ?? 0) + 1;
			lab.push(keyframe, keyframe ? 8000 : 3000);
			lab.clock.advance(16);
		}
		expect(keyframes).toBeGreaterThan(3);
		expect(keyframes).toBeLessThan(16);
		expect(halves[1]).toBeLessThan(halves[0] ?? 0);
	});

	it("sends what was missed before what is new, at the same pace", () => {
		const lab = new SenderLab({ pace });
		lab.push(true, 2000);
		lab.clock.advance(100);
		const [lost] = lab.take().rtp;
		lab.push(false, 8000);
		lab.take();
		lab.nack(lost?.header.sequenceNumber ?? 0);
		lab.clock.advance(100);
		const ssrcs = lab.take().rtp.map(({ header }) => header.ssrc);
		expect(ssrcs.indexOf(RESENT_SSRC)).toBe(0);
		expect(ssrcs.filter((ssrc) => ssrc === RESENT_SSRC)).toHaveLength(1);
	});

	it("takes a new pace for what waits", () => {
		const lab = new SenderLab({ pace });
		lab.push(true, KEYFRAME);
		lab.take();
		lab.sender.setPace(OPEN_PACE);
		lab.clock.advance(10);
		expect(lab.take().rtp.at(-1)?.header.marker).toBe(true);
	});

	it("sends nothing more once it is closed", () => {
		const lab = new SenderLab({ pace });
		lab.push(true, KEYFRAME);
		lab.take();
		lab.sender.close();
		lab.clock.advance(500);
		expect(lab.take().rtp).toEqual([]);
	});
});

describe("what a sender tells of its path", () => {
	const reference = 1000;

	it("comes from transport-wide feedback", () => {
		const lab = new SenderLab();
		for (let i = 0; i < 4; i++) lab.push(i === 0, 100);
		const sizes = lab.take().rtp.length;
		expect(sizes).toBe(4);
		lab.feedback(writeTransportFeedback(0, reference, [10, undefined, 60]));
		const [report] = lab.reports;
		expect(report).toMatchObject({ received: 2, lost: 1 });
		expect(report?.receivedBytes).toBe((report?.outstanding ?? 0) * 2);
		expect(report?.queueDelay?.least).toBe(0);
		expect(report?.queueDelay?.last).toBeGreaterThan(40);
		lab.feedback(writeTransportFeedback(9, reference, [10]));
		lab.feedback("8fcd0005 00000001 11223344 0000ffff 00000000 1fff 1fff");
		expect(lab.reports).toHaveLength(1);
	});

	it("includes what the receiver limits itself to, until there is better", () => {
		const remb = "8fce0005 00000001 00000000 52454d42 010bffff 11223344";
		const lab = new SenderLab();
		expect(lab.sender.stats().receiverLimit).toBeUndefined();
		lab.feedback(remb);
		expect(lab.sender.stats().receiverLimit).toBe(0x3ffff * 4);
		lab.push(true);
		lab.feedback(writeTransportFeedback(0, reference, [10]));
		lab.feedback(remb);
		expect(lab.sender.stats().receiverLimit).toBeUndefined();
	});

	it("includes whether a probe was carried", () => {
		for (const [spacing, carried] of [
			[0.25, true],
			[30, false],
		] as const) {
			const lab = new SenderLab();
			lab.push(true, 20_000);
			const media = lab.take().rtp.length;
			lab.sender.probe(4e6, 10_000);
			lab.sender.probe(4e6, 10_000);
			lab.clock.advance(60);
			const probe = lab.take().rtp;
			expect(new Set(probe.map(({ header }) => header.ssrc))).toEqual(new Set([RESENT_SSRC]));
			const size = probe.reduce((sum, { payload }) => sum + payload.length, 0);
			expect(size).toBeGreaterThan(9000);
			expect(size).toBeLessThan(13_000);
			const arrivals = Array.from({ length: media + probe.length }, (_, i) => 10 + i * spacing);
			lab.feedback(writeTransportFeedback(0, reference, arrivals));
			const probed = lab.reports[0]?.probed ?? 0;
			if (carried) expect(probed).toBeGreaterThanOrEqual(4e6);
			else expect(probed).toBeLessThanOrEqual(3.2e6);
			expect(lab.sender.stats().retransmitted).toBe(0);
		}
	});

	it("needs no probe where nothing could be repeated, or nothing was sent", () => {
		for (const options of [{ retransmission: false }, { transportSequence: false }]) {
			const lab = new SenderLab(options);
			lab.push(true, 5000);
			lab.take();
			lab.sender.probe(4e6, 10_000);
			lab.clock.advance(60);
			expect(lab.take().rtp).toEqual([]);
		}
		const silent = new SenderLab();
		silent.sender.probe(4e6, 10_000);
		silent.clock.advance(60);
		expect(silent.take().rtp).toEqual([]);
	});
});
