import fc from "fast-check";
import { expect, it } from "vitest";
import { nearestIndex, PacketIndexes } from "../../../../server/webrtc/rtp/packet-indexes.ts";

it("counts rollovers of the sequence number, also when packets around it are out of order", () => {
	const indexes = new PacketIndexes();
	const found = [65534, 0, 65535, 2, 1].map((sequence) => {
		const index = indexes.guess(sequence);
		return [index, indexes.accept(index)];
	});
	expect(found).toEqual([
		[65534, true],
		[65536, true],
		[65535, true],
		[65538, true],
		[65537, true],
	]);
});

it("takes each packet once, and none that is 1,024 behind", () => {
	const indexes = new PacketIndexes();
	expect(indexes.accept(5000)).toBe(true);
	expect(indexes.accept(5000)).toBe(false);
	expect(indexes.accept(6023)).toBe(true);
	expect(indexes.accept(5001)).toBe(true);
	expect(indexes.accept(5001)).toBe(false);
	expect(indexes.accept(4999)).toBe(false);
});

it("agrees with a set of all indexes, whatever the order within the window", () => {
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 300 }), (list) => {
			const indexes = new PacketIndexes();
			const seen = new Set<number>();
			for (const offset of list) {
				const index = 70_000 + offset;
				expect(indexes.accept(index)).toBe(!seen.has(index));
				seen.add(index);
			}
		}),
	);
});

it("finds the nearest index with a sequence number", () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 0, max: 2 ** 40 }),
			fc.integer({ min: -32_000, max: 32_000 }),
			(near, by) => {
				fc.pre(near + by >= 0);
				expect(nearestIndex((near + by) % 0x10000, near)).toBe(near + by);
			},
		),
	);
});
