import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packetize } from "../../../../server/webrtc/sender/packetize.ts";
import { MAX_PICTURES, PictureQueue } from "../../../../server/webrtc/sender/picture-queue.ts";

const picture = (bytes: number) =>
	packetize(Buffer.concat([Buffer.from([0, 0, 1, 0x41]), Buffer.alloc(bytes, 1)]), {
		captureTime: 0,
		rtpTimestamp: 0,
		keyframe: false,
	});

describe("the queue of pictures", () => {
	it("is bounded, and takes no picture without packets", () => {
		const queue = new PictureQueue();
		expect(queue.add({ packets: [], captureTime: 0, rtpTimestamp: 0, keyframe: false }, 0)).toBe(false);
		for (let i = 0; i < MAX_PICTURES; i++) expect(queue.add(picture(5), i)).toBe(true);
		expect(queue.add(picture(5), 0)).toBe(false);
		expect(queue.dropRest()).toBe(MAX_PICTURES);
		expect([queue.isEmpty, queue.bytes]).toEqual([true, 0]);
	});

	it("gives packets in order, counts right, and drops only pictures that were not begun, as a list would", () => {
		const step = fc.oneof(
			fc.record({ add: fc.integer({ min: 1, max: 5000 }) }),
			fc.record({ take: fc.integer({ min: 1, max: 6 }) }),
			fc.constant({ drop: true }),
		);
		fc.assert(
			fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
				const queue = new PictureQueue();
				let model: { packet: object; length: number; stamp: number; begins: boolean }[] = [];
				for (const [stamp, one] of steps.entries()) {
					if ("add" in one) {
						const unit = picture(one.add);
						if (!queue.add(unit, stamp)) continue;
						for (const packet of unit.packets) {
							model.push({ packet, length: packet.payload.length, stamp, begins: packet.first });
						}
					} else if ("take" in one) {
						for (let i = 0; i < one.take; i++) {
							const next = model.shift();
							if (next !== undefined) expect(queue.timestamp).toBe(next.stamp);
							expect(queue.take()).toBe(next?.packet);
						}
					} else {
						const begun = model.findIndex(({ begins }) => begins);
						const kept = begun < 0 ? model : model.slice(0, begun);
						expect(queue.begunBytes).toBe(kept.reduce((sum, { length }) => sum + length, 0));
						const dropped = model.filter(({ begins }) => begins).length;
						expect(queue.dropRest()).toBe(dropped);
						model = kept;
					}
					expect(queue.bytes).toBe(model.reduce((sum, { length }) => sum + length, 0));
					expect(queue.isEmpty).toBe(model.length === 0);
				}
			}),
		);
	});
});
