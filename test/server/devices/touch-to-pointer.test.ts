import { beforeEach, describe, expect, it } from "vitest";
import { LONG_PRESS, SLOP, TouchToPointer } from "../../../server/devices/touch-to-pointer.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";

let clock: FakeClock;
let did: string[];
let touch: TouchToPointer;

beforeEach(() => {
	clock = new FakeClock();
	did = [];
	touch = new TouchToPointer(
		{
			pointer: (x, y, buttons) => did.push(`pointer ${Math.round(x)},${Math.round(y)} ${buttons}`),
			wheel: (x, y, dx, dy) =>
				did.push(`wheel ${Math.round(x)},${Math.round(y)} by ${Math.round(dx)},${Math.round(dy)}`),
		},
		clock,
		() => ({ width: 1000, height: 500 }),
	);
});

/** Contacts by id, in pixels of a screen of 1000 by 500. */
function fingers(...places: [id: number, x: number, y: number][]): void {
	touch.update(places.map(([id, x, y]) => ({ id, x: x / 1000, y: y / 500 })));
}

describe("touch gestures", () => {
	it("click where a finger taps, when it is lifted", () => {
		fingers([0, 100, 50]);
		expect(did).toEqual(["pointer 100,50 0"]);
		fingers();
		expect(did.slice(1)).toEqual(["pointer 100,50 1", "pointer 100,50 0"]);
		expect(clock.pending).toBe(0);
	});

	it("click for a finger that trembles", () => {
		fingers([0, 100, 50]);
		fingers([0, 100 + SLOP * 1000 - 1, 50]);
		fingers();
		expect(did).toEqual(["pointer 100,50 0", "pointer 100,50 1", "pointer 100,50 0"]);
	});

	it("drag from where the finger went down", () => {
		fingers([3, 100, 50]);
		fingers([3, 130, 50]);
		fingers([3, 200, 90]);
		fingers();
		expect(did.slice(1)).toEqual([
			"pointer 100,50 1",
			"pointer 130,50 1",
			"pointer 200,90 1",
			"pointer 200,90 0",
		]);
	});

	it("click right for a finger that rests, and not left when it is lifted", () => {
		fingers([0, 100, 50]);
		clock.advance(LONG_PRESS - 1);
		expect(did).toHaveLength(1);
		clock.advance(1);
		fingers([0, 300, 300]);
		fingers();
		expect(did.slice(1)).toEqual(["pointer 100,50 2", "pointer 100,50 0"]);
	});

	it("do not click right in the middle of a drag", () => {
		fingers([0, 100, 50]);
		fingers([0, 200, 50]);
		clock.advance(5000);
		fingers();
		expect(did.some((action) => action.endsWith(" 2"))).toBe(false);
	});

	it("scroll with two fingers: what is under them goes with them", () => {
		fingers([0, 400, 200]);
		fingers([0, 400, 200], [1, 500, 200]);
		fingers([0, 400, 260], [1, 500, 260]);
		fingers([0, 390, 260], [1, 490, 260]);
		fingers();
		expect(did).toEqual([
			"pointer 400,200 0",
			"pointer 450,200 0",
			"wheel 450,260 by 0,-60",
			"wheel 440,260 by 10,0",
		]);
		clock.advance(5000);
		expect(did).toHaveLength(4);
	});

	it("do not jump, click or drag when one of two fingers is lifted first", () => {
		fingers([0, 400, 200], [1, 500, 200]);
		fingers([1, 500, 200]);
		fingers([1, 500, 230]);
		fingers();
		expect(did).toEqual(["pointer 450,200 0", "wheel 500,230 by 0,-30"]);
	});

	it("go on dragging with the first finger when others join, and let go when it is lifted", () => {
		fingers([0, 100, 50]);
		fingers([0, 200, 50]);
		fingers([0, 210, 50], [1, 600, 300]);
		fingers([1, 610, 300]);
		fingers([1, 700, 300]);
		fingers();
		expect(did.slice(3)).toEqual(["pointer 210,50 1", "pointer 210,50 0"]);
	});

	it("begin anew once all fingers are gone", () => {
		fingers([0, 400, 200], [1, 500, 200]);
		fingers();
		did.length = 0;
		fingers([1, 10, 10]);
		fingers();
		expect(did).toEqual(["pointer 10,10 0", "pointer 10,10 1", "pointer 10,10 0"]);
	});

	it("let go of a drag, and of nothing else, when they are cancelled", () => {
		fingers([0, 100, 50]);
		touch.cancel();
		expect(did).toHaveLength(1);
		expect(clock.pending).toBe(0);
		fingers([0, 100, 50]);
		fingers([0, 200, 50]);
		touch.cancel();
		expect(did.at(-1)).toBe("pointer 200,50 0");
	});
});
