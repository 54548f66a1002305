import fc from "fast-check";
import { expect, it } from "vitest";
import { ReorderBuffer } from "../../../../server/webrtc/rtp/reorder-buffer.ts";

function lab() {
	const given: (number | "lost")[] = [];
	const buffer = new ReorderBuffer<number>({
		next: (packet) => given.push(packet),
		lost: () => given.push("lost"),
	});
	const add = (now: number, ...indexes: number[]) => {
		for (const index of indexes) buffer.add(index, index, now);
	};
	return { given, buffer, add };
}

it("gives packets in order, and waits for one that is missing", () => {
	const { given, buffer, add } = lab();
	add(0, 100, 101, 103, 104);
	expect(given).toEqual([100, 101]);
	expect(buffer.look(0)).toEqual([102]);
	add(30, 102);
	expect(given).toEqual([100, 101, 102, 103, 104]);
	expect(buffer.gaps).toBe(false);
});

it("asks again after a while, then goes on without it and says so", () => {
	const { given, buffer, add } = lab();
	add(0, 1, 3, 6);
	expect(buffer.look(0)).toEqual([2, 4, 5]);
	expect(buffer.look(50)).toEqual([]);
	expect(buffer.look(80)).toEqual([2, 4, 5]);
	expect(buffer.look(400)).toEqual([]);
	expect(given).toEqual([1, "lost", 3, "lost", 6]);
	add(500, 7);
	expect(given.at(-1)).toBe(7);
});

it("drops what is late or there already", () => {
	const { given, buffer } = lab();
	expect(buffer.add(10, 10, 0)).toBe(true);
	expect(buffer.add(10, 10, 0)).toBe(false);
	expect(buffer.add(9, 9, 0)).toBe(false);
	expect(buffer.add(12, 12, 0)).toBe(true);
	expect(buffer.add(12, 12, 0)).toBe(false);
	expect(given).toEqual([10]);
});

it("starts anew after a jump, keeping nothing of before", () => {
	const { given, buffer, add } = lab();
	add(0, 0, 2, 1_000_000);
	expect(given).toEqual([0, "lost", 1_000_000]);
	expect(buffer.gaps).toBe(false);
});

it("gives each packet at most once and always in order, whatever comes when", () => {
	const events = fc.array(
		fc.oneof(
			fc.record({ add: fc.integer({ min: 0, max: 3000 }) }),
			fc.record({ wait: fc.integer({ min: 0, max: 300 }) }),
		),
		{ maxLength: 200 },
	);
	fc.assert(
		fc.property(events, (list) => {
			const { given, buffer } = lab();
			let now = 0;
			for (const event of list) {
				if ("add" in event) buffer.add(event.add, event.add, now);
				else now += event.wait;
				expect(buffer.look(now).length).toBeLessThanOrEqual(128);
			}
			buffer.look(now + 1000);
			const packets = given.filter((one) => one !== "lost");
			expect(packets).toEqual([...new Set(packets)].sort((one, other) => one - other));
			expect(buffer.gaps).toBe(false);
		}),
	);
});
