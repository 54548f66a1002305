import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	HISTORY_SIZE,
	MAX_RESENT,
	RESENT_PERIOD,
	SentHistory,
} from "../../../../server/webrtc/sender/history.ts";
import { packetize } from "../../../../server/webrtc/sender/packetize.ts";

const data = Buffer.from("0000000141ffee", "hex");
const packet = () => {
	const [only] = packetize(data, { captureTime: 0, rtpTimestamp: 0, keyframe: false }).packets;
	if (only === undefined) throw new Error("no packet was made");
	return only;
};

describe("the history of sent packets", () => {
	it("keeps at least 1,024 packets", () => {
		expect(HISTORY_SIZE).toBeGreaterThanOrEqual(1024);
	});

	it("knows exactly the packets last sent, over the wrap of sequence numbers", () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 0xffff }),
				fc.integer({ min: 1, max: 3 * HISTORY_SIZE }),
				(first, count) => {
					const history = new SentHistory();
					const sent = Array.from({ length: count }, packet);
					for (const [i, each] of sent.entries()) history.add((first + i) & 0xffff, each, i);
					for (const [i, each] of sent.entries()) {
						const kept = i >= count - HISTORY_SIZE;
						expect(history.get((first + i) & 0xffff)).toBe(kept ? each : undefined);
						if (kept) expect(history.timestamp((first + i) & 0xffff)).toBe(i);
					}
					expect(history.get((first + count) & 0xffff)).toBeUndefined();
				},
			),
			{ numRuns: 20 },
		);
	});

	it("lets a packet be sent again once in an interval", () => {
		const history = new SentHistory();
		history.add(7, packet(), 0);
		expect(history.mayResend(7, 1000, 20)).toBe(true);
		expect(history.mayResend(7, 1019, 20)).toBe(false);
		expect(history.mayResend(7, 1020, 20)).toBe(true);
	});

	it("lets only so many packets be sent again together", () => {
		const history = new SentHistory();
		for (let i = 0; i < HISTORY_SIZE; i++) history.add(i, packet(), 0);
		const allowed = (now: number) =>
			Array.from({ length: HISTORY_SIZE }, (_, i) => history.mayResend(i, now, 0)).filter(Boolean).length;
		expect(allowed(1000)).toBe(MAX_RESENT);
		expect(allowed(1000 + RESENT_PERIOD - 1)).toBe(0);
		expect(allowed(1000 + RESENT_PERIOD)).toBe(MAX_RESENT);
	});

	it("forgets with the packet when it was sent again", () => {
		const history = new SentHistory();
		history.add(7, packet(), 0);
		history.mayResend(7, 1000, 20);
		history.add((7 + HISTORY_SIZE) & 0xffff, packet(), 0);
		expect(history.mayResend((7 + HISTORY_SIZE) & 0xffff, 1001, 20)).toBe(true);
	});
});
