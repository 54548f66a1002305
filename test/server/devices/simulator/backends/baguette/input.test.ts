import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
	BaguetteInputBackend,
	gestureModifier,
	isGestureKey,
	readReply,
	touchLine,
} from "../../../../../../server/devices/simulator/backends/baguette/input.ts";
import { BaguetteProgram } from "../../../../../../server/devices/simulator/backends/baguette/program.ts";
import { settled } from "../../../../../fakes/fake-clock.ts";
import { FakeTools } from "../../../../../fakes/fake-tools.ts";

const UDID = "0B5C3E5A-17A0-4A3F-9B63-2F4D1C0E9A77";

function make(copy?: (text: string) => Promise<void>) {
	const tools = new FakeTools();
	const lost = vi.fn();
	const refused = vi.fn();
	const inputBackend = new BaguetteInputBackend({
		program: new BaguetteProgram(tools, "baguette", "/set"),
		udid: UDID,
		points: () => ({ width: 400, height: 800 }),
		lost,
		refused,
		...(copy ? { copy } : {}),
	});
	return { inputBackend, program: tools.last, lost, refused };
}

describe("input by way of baguette", () => {
	test("goes to one program, a line each", () => {
		const { inputBackend, program } = make();
		expect(program.command).toEqual(["baguette", "input", "--udid", UDID, "--device-set", "/set"]);
		inputBackend.touch("down", [{ x: 0.5, y: 0.5 }], "none");
		inputBackend.touch("up", [{ x: 0.5, y: 0.5 }], "none");
		inputBackend.button("volume-up", true);
		inputBackend.button("volume-up", false);
		expect(inputBackend.button("swipe-to-home", true)).toBe(false);
		expect(program.lines).toEqual([
			'{"type":"touch1-down","x":200,"y":400,"width":400,"height":800}',
			'{"type":"touch1-up","x":200,"y":400,"width":400,"height":800}',
			'{"type":"button","button":"volume-up"}',
		]);
	});

	test("presses a key once, with the modifiers that are held", () => {
		const { inputBackend, program } = make();
		inputBackend.key("ShiftLeft", true);
		inputBackend.key("MetaRight", true);
		inputBackend.key("KeyA", true);
		inputBackend.key("KeyA", false);
		inputBackend.key("ShiftLeft", false);
		inputBackend.key("MetaRight", false);
		inputBackend.key("Enter", true);
		expect(program.lines).toEqual([
			'{"type":"key","code":"KeyA","modifiers":["command","shift"]}',
			'{"type":"key","code":"Enter"}',
		]);
		expect(() => inputBackend.key("F5", true)).toThrow(expect.objectContaining({ code: "unknown-key" }));
	});

	test("types in pieces that it can, with keys between", () => {
		const { inputBackend, program } = make();
		inputBackend.type("ab\r\nc\td\n");
		expect(program.lines).toEqual([
			'{"type":"type","text":"ab"}',
			'{"type":"key","code":"Enter"}',
			'{"type":"type","text":"c"}',
			'{"type":"key","code":"Tab"}',
			'{"type":"type","text":"d"}',
			'{"type":"key","code":"Enter"}',
		]);
	});

	test("pastes any text, by itself where the program is too old for it", async () => {
		const copy = vi.fn(async () => {});
		const { inputBackend, program, refused } = make(copy);
		inputBackend.key("Enter", true);
		inputBackend.paste("Grüße");
		program.says('{"ok":true}\n{"ok":false,"error":"unknown kind: paste"}\n');
		await settled();
		expect(copy).toHaveBeenCalledWith("Grüße");
		expect(program.lines).toEqual([
			'{"type":"key","code":"Enter"}',
			'{"type":"paste","text":"Grüße"}',
			'{"type":"key","code":"KeyV","modifiers":["command"]}',
		]);
		expect(refused).not.toHaveBeenCalled();
	});

	test("tells what is refused, in the program's words", () => {
		const { inputBackend, program, refused } = make();
		inputBackend.paste("ü");
		program.says('noise\n{"ok":false,"error":"unknown kind: paste"}\n');
		expect(refused).toHaveBeenCalledWith("baguette says: unknown kind: paste");
	});

	test("drops what is not answered or not read, so that nothing piles up", () => {
		const { inputBackend, program } = make();
		for (let count = 0; count < 256; count++) inputBackend.button("home", true);
		expect(() => inputBackend.button("home", true)).toThrow(
			expect.objectContaining({ code: "input-overloaded" }),
		);
		program.says('{"ok":true}\n');
		inputBackend.button("home", true);
		program.says('{"ok":true}\n');
		program.stuck = true;
		expect(() => inputBackend.button("home", true)).toThrow(
			expect.objectContaining({ code: "input-overloaded" }),
		);
	});

	test("tells that the program has ended, and takes nothing more", async () => {
		const { inputBackend, program, lost } = make();
		program.dies("ended with exit code 1: Device not found");
		expect(lost).toHaveBeenCalledWith({
			code: "program-ended",
			message: "baguette, which passes input on, ended with exit code 1: Device not found",
		});
		expect(() => inputBackend.button("home", true)).toThrow(
			expect.objectContaining({ code: "program-ended" }),
		);
		await inputBackend.close();
	});
});

const size = { width: 438, height: 954 };
const line = (...args: Parameters<typeof touchLine>) => JSON.stringify(touchLine(...args));

describe("lines of gestures", () => {
	test("of one finger have points, to hundredths, and the size that they are of", () => {
		expect(line("down", [{ x: 0.5, y: 0.25 }], "none", size)).toBe(
			'{"type":"touch1-down","x":219,"y":238.5,"width":438,"height":954}',
		);
		expect(line("move", [{ x: 1 / 3, y: 1 }], "none", size)).toBe(
			'{"type":"touch1-move","x":146,"y":954,"width":438,"height":954}',
		);
		expect(line("up", [{ x: 0.12345, y: 0 }], "none", size)).toBe(
			'{"type":"touch1-up","x":54.07,"y":0,"width":438,"height":954}',
		);
	});

	test("tell an edge where there is one", () => {
		expect(line("down", [{ x: 0.5, y: 1 }], "bottom", size)).toBe(
			'{"type":"touch1-down","x":219,"y":954,"width":438,"height":954,"edge":"bottom"}',
		);
	});

	test("of two fingers have both places", () => {
		const places = [
			{ x: 0, y: 0.5 },
			{ x: 1, y: 0.5 },
		];
		expect(line("up", places, "none", size)).toBe(
			'{"type":"touch2-up","x1":0,"y1":477,"x2":438,"y2":477,"width":438,"height":954}',
		);
	});

	test("name the keys and modifiers that there are", () => {
		const codes = ["KeyA", "KeyZ", "Digit0", "Enter", "ArrowUp", "BracketLeft", "Slash", "Backquote"];
		expect(codes.filter((code) => !isGestureKey(code))).toEqual([]);
		expect(["F1", "Home", "Keya", "Numpad1", "KeyAB"].filter(isGestureKey)).toEqual([]);
		expect(["ShiftRight", "ControlLeft", "AltLeft", "MetaLeft", "KeyA"].map(gestureModifier)).toEqual([
			...["shift", "control", "option", "command"],
			undefined,
		]);
	});
});

describe("an answer to a gesture", () => {
	test.each([
		['{"ok":true}', ""],
		['{"ok":true,"type":"paste_result"}', ""],
		['{"ok":false,"error":"missing field: x"}', "missing field: x"],
		['{"ok":false}', "it does not say why"],
		['{"ok":1}', undefined],
		["Input session started", undefined],
	])("%s", (line, refusal) => {
		expect(readReply(line)).toBe(refusal);
	});

	test("is never more than a text, whatever comes", () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
				expect(["string", "undefined"]).toContain(typeof readReply(line));
			}),
		);
	});
});
