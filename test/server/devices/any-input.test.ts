import { beforeEach, describe, expect, it } from "vitest";
import { AnyInput } from "../../../server/devices/any-input.ts";
import type { DeviceFacts, InputSink } from "../../../server/devices/provider.ts";
import { LONG_PRESS } from "../../../server/devices/touch-to-pointer.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { RecordingSink } from "../../fakes/recording-sink.ts";

let clock: FakeClock;
beforeEach(() => {
	clock = new FakeClock();
});

describe("fingers on a device", () => {
	const contact = (x: number, y: number) => ({ id: 0, x, y });
	function make(inputs: DeviceFacts["inputs"]) {
		const sink = new RecordingSink();
		const facts = { inputs, pixels: { width: 1000, height: 500 } } as DeviceFacts;
		return { sink, input: new AnyInput({ describe: () => facts, input: sink }, clock) };
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

describe("keys that are to give a character", () => {
	function make(inputs: DeviceFacts["inputs"] = ["keys", "text"], knowsKeyboard = false) {
		const sink = new RecordingSink();
		const facts = { inputs, pixels: { width: 1000, height: 500 } } as DeviceFacts;
		const input: InputSink = sink;
		if (!knowsKeyboard) Object.defineProperty(input, "press", { value: undefined });
		const any = new AnyInput({ describe: () => facts, input }, clock);
		const write = (code: string, character: string) => any.press({ code, character, shortcut: false });
		return { sink, any, write };
	}

	it("are the device's own where it knows its keyboard", () => {
		const { sink, any } = make(["keys", "text"], true);
		const key = { code: "KeyQ", character: "a", shortcut: false };
		any.press(key);
		any.press(key);
		any.key("KeyQ", false);
		expect(sink.drain()).toEqual([
			["press", key],
			["press", key],
			["key", "KeyQ", false],
		]);
	});

	it("are pressed where a US keyboard gives the same, once however often they repeat", () => {
		const { sink, any, write } = make();
		write("KeyA", "a");
		write("KeyA", "a");
		any.key("KeyA", false);
		any.key("ShiftLeft", true);
		write("Digit2", "@");
		any.key("Digit2", false);
		expect(sink.drain()).toEqual([
			["key", "KeyA", true],
			["key", "KeyA", false],
			["key", "ShiftLeft", true],
			["key", "Digit2", true],
			["key", "Digit2", false],
		]);
	});

	it("are typed as text where it gives another, each time they repeat, and nothing is released then", () => {
		const { sink, any, write } = make();
		write("KeyQ", "a");
		write("KeyQ", "a");
		any.key("KeyQ", false);
		write("KeyA", "A");
		any.key("KeyA", false);
		expect(sink.drain()).toEqual([
			["text", "a"],
			["text", "a"],
			["text", "A"],
		]);
	});

	it("are the US key with the character on a device that takes no text", () => {
		const { sink, any, write } = make(["keys"]);
		write("KeyQ", "a");
		any.key("KeyQ", false);
		write("Quote", "ä");
		any.key("Quote", false);
		expect(sink.drain()).toEqual([
			["key", "KeyA", true],
			["key", "KeyA", false],
			["key", "Quote", true],
			["key", "Quote", false],
		]);
	});

	it("mean their character in a shortcut, and their place when no US key has it", () => {
		const { sink, any } = make();
		const shortcut = (code: string, character: string) => {
			any.press({ code, character, shortcut: true });
			any.key(code, false);
		};
		shortcut("KeyQ", "a");
		shortcut("KeyY", "Z");
		shortcut("KeyC", "с");
		const pressed = sink.drain().flatMap((call) => (call[0] === "key" && call[2] ? [call[1]] : []));
		expect(pressed).toEqual(["KeyA", "KeyZ", "KeyC"]);
	});

	it("hold a key for as long as either of two positions holds it", () => {
		const { sink, any } = make();
		any.key("KeyA", true);
		any.press({ code: "KeyQ", character: "a", shortcut: true });
		any.key("KeyA", false);
		any.key("KeyQ", false);
		expect(sink.drain().filter((call) => call[0] === "key" && !call[2])).toEqual([["key", "KeyA", false]]);
	});
});
