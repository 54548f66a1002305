import { describe, expect, it } from "vitest";
import { PINCH_WITHIN, TouchRouter } from "../../../../app/viewer/input/touch.ts";
import type { TouchContact } from "../../../../signaling/protocol/input.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";

function setUp({ through = false } = {}) {
	const clock = new FakeClock();
	const told: TouchContact[][] = [];
	const pinches: number[][] = [];
	const router = new TouchRouter({
		contacts: (list) => told.push(list),
		pinch: (from, to) => pinches.push([from[1].x - from[0].x, to[1].x - to[0].x]),
		place: (x, y) => ({ x: x / 100, y: y / 100 }),
		through: () => through,
		after: (ms, callback) => clock.after(ms, callback),
	});
	return { clock, told, pinches, router };
}

const at = (id: number, x: number, y: number): TouchContact => ({ id, x: x / 100, y: y / 100 });

describe("TouchRouter", () => {
	it("puts one finger on the device once no second one came", () => {
		const { clock, told, router } = setUp();
		router.down(7, 10, 20);
		expect(told).toEqual([]);
		clock.advance(PINCH_WITHIN);
		router.move(7, 30, 20);
		router.up(7);
		expect(told).toEqual([[at(0, 10, 20)], [at(0, 30, 20)], []]);
	});

	it("does not lose a tap that is shorter than the wait", () => {
		const { clock, told, router } = setUp();
		router.down(7, 10, 20);
		router.up(7);
		clock.advance(1000);
		expect(told).toEqual([[at(0, 10, 20)], []]);
	});

	it("pinches the view with two fingers, of which the device hears nothing", () => {
		const { clock, told, pinches, router } = setUp();
		router.down(1, 40, 50);
		clock.advance(PINCH_WITHIN - 1);
		router.down(2, 60, 50);
		router.move(2, 80, 50);
		router.up(1);
		router.move(2, 90, 50);
		router.up(2);
		clock.advance(1000);
		expect(told).toEqual([]);
		expect(pinches).toEqual([[20, 40]]);
	});

	it("lifts the finger that is on the device when a second one begins a pinch", () => {
		const { clock, told, router } = setUp();
		router.down(1, 40, 50);
		clock.advance(500);
		router.down(2, 60, 50);
		router.move(1, 10, 50);
		expect(told).toEqual([[at(0, 40, 50)], []]);
	});

	it("puts all fingers on the device at once when touch goes through", () => {
		const { told, pinches, router } = setUp({ through: true });
		router.down(11, 10, 10);
		router.down(12, 20, 20);
		router.move(12, 25, 20);
		router.up(11);
		router.up(12);
		expect(told).toEqual([
			[at(0, 10, 10)],
			[at(0, 10, 10), at(1, 20, 20)],
			[at(0, 10, 10), at(1, 25, 20)],
			[at(1, 25, 20)],
			[],
		]);
		expect(pinches).toEqual([]);
	});

	it("reuses a finger's number only when it is free", () => {
		const { told, router } = setUp({ through: true });
		router.down(1, 0, 0);
		router.down(2, 0, 0);
		router.up(1);
		router.down(3, 50, 50);
		expect(told.at(-1)?.map(({ id }) => id)).toEqual([1, 0]);
	});

	it("ignores the eleventh finger and fingers it never saw", () => {
		const { told, router } = setUp({ through: true });
		for (let finger = 0; finger < 12; finger++) router.down(finger, finger, 0);
		router.up(11);
		router.move(99, 1, 1);
		expect(told).toHaveLength(10);
		expect(told.at(-1)).toHaveLength(10);
	});

	it("sends nothing for a first finger that the browser takes away", () => {
		const { clock, told, router } = setUp();
		router.down(1, 10, 10);
		router.up(1, true);
		clock.advance(1000);
		expect(told).toEqual([]);
	});

	it("begins anew after all is forgotten", () => {
		const { clock, told, router } = setUp();
		router.down(1, 10, 10);
		router.forget();
		router.down(2, 30, 30);
		clock.advance(PINCH_WITHIN);
		expect(told).toEqual([[at(0, 30, 30)]]);
	});
});
