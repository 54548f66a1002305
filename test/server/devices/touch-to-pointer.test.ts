import { beforeEach, describe, expect, it } from "vitest";
import type { DeviceFacts } from "../../../server/devices/provider.ts";
import { acceptTouch, LONG_PRESS, SLOP, TouchToPointer } from "../../../server/devices/touch-to-pointer.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { RecordingSink } from "../../fakes/recording-sink.ts";

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

describe("a device's input with fingers accepted", () => {
	const contact = (x: number, y: number) => ({ id: 0, x, y });
	function make(inputs: DeviceFacts["inputs"]) {
		const sink = new RecordingSink();
		const facts = { inputs, pixels: { width: 1000, height: 500 } } as DeviceFacts;
		return { sink, input: acceptTouch({ describe: () => facts, input: sink }, clock) };
	}

	it("passes fingers on where the device has touch", () => {
		const { sink, input } = make(["pointer", "touch"]);
		input.touch([contact(0.5, 0.5)]);
		expect(sink.drain()).toEqual([["touch", [contact(0.5, 0.5)]]]);
	});

	it("makes a click of a tap, where it began", () => {
		const { sink, input } = make(["pointer"]);
		input.touch([contact(0.5, 0.5)]);
		input.touch([contact(0.502, 0.5)]);
		input.touch([]);
		clock.advance(1000);
		expect(sink.drain()).toEqual([
			["pointer", 0.5, 0.5, 0],
			["pointer", 0.5, 0.5, 1],
			["pointer", 0.5, 0.5, 0],
		]);
	});

	it("presses where a drag began and follows it", () => {
		const { sink, input } = make(["pointer"]);
		for (const x of [0.25, 0.5, 0.75]) input.touch([contact(x, 0.25)]);
		input.touch([]);
		expect(sink.drain()).toEqual([
			["pointer", 0.25, 0.25, 0],
			["pointer", 0.25, 0.25, 1],
			["pointer", 0.5, 0.25, 1],
			["pointer", 0.75, 0.25, 1],
			["pointer", 0.75, 0.25, 0],
		]);
	});

	it("makes a right click of a long press, and nothing more of the finger then", () => {
		const { sink, input } = make(["pointer"]);
		input.touch([contact(0.5, 0.5)]);
		clock.advance(LONG_PRESS);
		input.touch([contact(0.9, 0.9)]);
		input.touch([]);
		expect(sink.drain()).toEqual([
			["pointer", 0.5, 0.5, 0],
			["pointer", 0.5, 0.5, 2],
			["pointer", 0.5, 0.5, 0],
		]);
	});

	it("does not take a slow drag for a long press", () => {
		const { sink, input } = make(["pointer"]);
		input.touch([contact(0.5, 0.5)]);
		input.touch([contact(0.7, 0.5)]);
		clock.advance(LONG_PRESS * 2);
		expect(sink.drain().some(([, , , buttons]) => buttons === 2)).toBe(false);
	});

	it("scrolls with two fingers only where the device has a wheel", () => {
		for (const inputs of [["pointer"], ["pointer", "wheel"]] as DeviceFacts["inputs"][]) {
			const { sink, input } = make(inputs);
			for (const y of [0.25, 0.5]) input.touch([contact(0.25, y), { id: 1, x: 0.75, y }]);
			const wheels = sink.drain().filter(([kind]) => kind === "wheel");
			expect(wheels).toHaveLength(inputs.length - 1);
		}
	});

	it("survives a long press on a device that takes nothing any more", () => {
		const { sink, input } = make(["pointer"]);
		input.touch([contact(0.5, 0.5)]);
		sink.pointer = () => {
			throw new Error("The device is gone.");
		};
		expect(() => clock.advance(LONG_PRESS)).not.toThrow();
	});
});
