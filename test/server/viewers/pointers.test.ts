import { beforeEach, describe, expect, it } from "vitest";
import { Pointers, type Pointing } from "../../../server/viewers/pointers.ts";
import { decodeHostMessage } from "../../../signaling/protocol/input-codec.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";

let clock: FakeClock;
let pointers: Pointers;

beforeEach(() => {
	clock = new FakeClock();
	pointers = new Pointers(clock);
});

interface Seen extends Pointing {
	/** `[number, x, y]` of each message. */
	readonly seen: number[][];
}

function viewer(number: number): Seen {
	const seen: number[][] = [];
	const send = (bytes: Uint8Array) => {
		const message = decodeHostMessage(bytes);
		if (message.type === "other") seen.push([message.number, message.x, message.y]);
	};
	const one = { number, seen, send };
	pointers.add(one);
	return one;
}

describe("a pointer", () => {
	it("is shown at once to everybody else, and not to its own viewer", () => {
		const [ana, bo, cy] = [viewer(1), viewer(2), viewer(3)];
		pointers.move(ana, 0.25, 0.5);
		expect([ana.seen, bo.seen, cy.seen]).toEqual([[], [[1, 0.25, 0.5]], [[1, 0.25, 0.5]]]);
	});

	it("is shown thirty times a second at most, and the newest place always arrives", () => {
		const [ana, bo] = [viewer(1), viewer(2)];
		for (let step = 0; step < 1000; step++) {
			pointers.move(ana, step / 1024, 0);
			clock.advance(1);
		}
		clock.advance(100);
		expect(bo.seen.length).toBeGreaterThan(28);
		expect(bo.seen.length).toBeLessThanOrEqual(31);
		expect(bo.seen.at(-1)).toEqual([1, 999 / 1024, 0]);
		expect(clock.pending).toBe(0);
	});

	it("does not keep another's from being shown", () => {
		const [ana, bo, cy] = [viewer(1), viewer(2), viewer(3)];
		for (let step = 0; step < 100; step++) pointers.move(ana, 0, 0);
		pointers.move(bo, 1, 1);
		clock.advance(40);
		expect(cy.seen).toEqual([
			[1, 0, 0],
			[1, 0, 0],
			[2, 1, 1],
		]);
	});

	it("of a viewer that is alone, or gone, is shown to nobody", () => {
		const ana = viewer(1);
		pointers.move(ana, 0.5, 0.5);
		expect(clock.pending).toBe(0);
		const bo = viewer(2);
		pointers.move(ana, 0.5, 0.5);
		pointers.move(ana, 0.75, 0.5);
		pointers.remove(ana);
		pointers.move(ana, 1, 1);
		clock.advance(100);
		expect(bo.seen).toEqual([[1, 0.5, 0.5]]);
	});

	it("waits its turn in a crowd: no round sends more than 256 messages, and everybody comes to it", () => {
		const crowd = Array.from({ length: 100 }, (_, index) => viewer(index));
		const sent = () => crowd.reduce((sum, { seen }) => sum + seen.length, 0);
		for (const one of crowd) pointers.move(one, 0, 0);
		let before = sent();
		for (let round = 0; round < 60; round++) {
			clock.advance(34);
			expect(sent() - before).toBeLessThanOrEqual(256);
			before = sent();
		}
		expect(new Set(crowd[0]?.seen.map(([number]) => number)).size).toBe(99);
		expect(clock.pending).toBe(0);
	});

	it("leaves no timer when its device closes", () => {
		const [ana] = [viewer(1), viewer(2)];
		pointers.move(ana, 0, 0);
		pointers.move(ana, 1, 1);
		pointers.close();
		pointers.close();
		expect(clock.pending).toBe(0);
	});
});
