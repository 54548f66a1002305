import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RtcpPacketConverter, type RtcpTransportLayerFeedback, type TransportWideCC } from "werift";
import { TransportArrivals } from "../../../../server/webrtc/rtp/transport-arrivals.ts";

/** What another implementation reads in a message: arrival times by sequence number, ms. */
function read(message: Buffer | undefined): Map<number, number> {
	if (!message) return new Map();
	const [packet] = RtcpPacketConverter.deSerialize(message) as [RtcpTransportLayerFeedback];
	const feedback = packet.feedback as TransportWideCC;
	const symbols = feedback.packetChunks.flatMap((chunk) =>
		"runLength" in chunk ? new Array<number>(chunk.runLength).fill(chunk.packetStatus) : chunk.symbolList,
	);
	const deltas = feedback.recvDeltas.map(({ delta }) => delta / 1000);
	const times = new Map<number, number>();
	let at = feedback.referenceTime * 64;
	for (const [i, symbol] of symbols.slice(0, feedback.packetStatusCount).entries()) {
		if (symbol === 0) continue;
		at += deltas.shift() ?? Number.NaN;
		times.set((feedback.baseSequenceNumber + i) & 0xffff, at);
	}
	return times;
}

describe("transport-wide feedback", () => {
	it("is written byte for byte", () => {
		const arrivals = new TransportArrivals();
		arrivals.add(10, 6400);
		arrivals.add(11, 6401);
		arrivals.add(13, 6500);
		expect(arrivals.take(1, 2)?.toString("hex")).toBe(
			// Header, sender, media; base 10, 4 packets; reference 100 × 64 ms, message 0; 1 1 0 2; 0, 4 and 396 quarters.
			"afcd0006" + "00000001" + "00000002" + "000a0004" + "00006400" + "d480" + "0004" + "018c" + "0002",
		);
		expect(arrivals.take(1, 2)).toBeUndefined();
	});

	it("tells another implementation when each packet came", () => {
		const step = fc.record({ gap: fc.integer({ min: 1, max: 30 }), wait: fc.integer({ min: 0, max: 400 }) });
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 0xffff }),
				fc.array(step, { minLength: 1, maxLength: 60 }),
				(first, steps) => {
					const arrivals = new TransportArrivals();
					const told = new Map<number, number>();
					let sequence = first;
					let time = 1_000_000;
					for (const { gap, wait } of steps) {
						sequence = (sequence + gap) & 0xffff;
						time += wait;
						arrivals.add(sequence, time);
						told.set(sequence, time);
					}
					const heard = read(arrivals.take(1, 2));
					expect([...heard.keys()]).toEqual([...told.keys()]);
					for (const [number, at] of told) expect(heard.get(number)).toBeCloseTo(at, 0);
				},
			),
		);
	});

	it("goes on where the message before ended, also over a wrap and for packets out of order", () => {
		const arrivals = new TransportArrivals();
		for (const sequence of [65_534, 0, 65_535]) arrivals.add(sequence, 100);
		expect([...read(arrivals.take(1, 2)).keys()]).toEqual([65_534, 65_535, 0]);
		arrivals.add(2, 200);
		const next = arrivals.take(1, 2) as Buffer;
		expect(next.readUInt16BE(12)).toBe(1);
		expect([...read(next).keys()]).toEqual([2]);
	});

	it("puts what is too far apart into messages of its own", () => {
		const arrivals = new TransportArrivals();
		arrivals.add(1, 1000);
		arrivals.add(2, 60_000);
		expect([...read(arrivals.take(1, 2)).keys()]).toEqual([1]);
		expect([...read(arrivals.take(1, 2)).keys()]).toEqual([2]);
	});

	it("keeps a bounded number of packets, whatever numbers come", () => {
		const arrivals = new TransportArrivals();
		for (let i = 0; i < 100_000; i++) arrivals.add((i * 7919) & 0xffff, i);
		expect(arrivals.take(1, 2)?.length ?? 0).toBeLessThan(4096);
	});
});
