import { describe, expect, test, vi } from "vitest";
import { BaguetteHands } from "../../../../../server/devices/simulator/baguette/hands.ts";
import { BaguetteProgram } from "../../../../../server/devices/simulator/baguette/program.ts";
import { settled } from "../../../../fakes/fake-clock.ts";
import { FakeTools } from "../../../../fakes/fake-tools.ts";

const UDID = "0B5C3E5A-17A0-4A3F-9B63-2F4D1C0E9A77";

function make(copy?: (text: string) => Promise<void>) {
	const tools = new FakeTools();
	const lost = vi.fn();
	const refused = vi.fn();
	const hands = new BaguetteHands({
		program: new BaguetteProgram(tools, "baguette", "/set"),
		udid: UDID,
		points: () => ({ width: 400, height: 800 }),
		lost,
		refused,
		...(copy ? { copy } : {}),
	});
	return { hands, program: tools.last, lost, refused };
}

describe("input by way of baguette", () => {
	test("goes to one program, a line each", () => {
		const { hands, program } = make();
		expect(program.command).toEqual(["baguette", "input", "--udid", UDID, "--device-set", "/set"]);
		hands.touch("down", [{ x: 0.5, y: 0.5 }], "none");
		hands.touch("up", [{ x: 0.5, y: 0.5 }], "none");
		hands.button("volume-up", true);
		hands.button("volume-up", false);
		expect(hands.button("swipe-to-home", true)).toBe(false);
		expect(program.lines).toEqual([
			'{"type":"touch1-down","x":200,"y":400,"width":400,"height":800}',
			'{"type":"touch1-up","x":200,"y":400,"width":400,"height":800}',
			'{"type":"button","button":"volume-up"}',
		]);
	});

	test("presses a key once, with the modifiers that are held", () => {
		const { hands, program } = make();
		hands.key("ShiftLeft", true);
		hands.key("MetaRight", true);
		hands.key("KeyA", true);
		hands.key("KeyA", false);
		hands.key("ShiftLeft", false);
		hands.key("MetaRight", false);
		hands.key("Enter", true);
		expect(program.lines).toEqual([
			'{"type":"key","code":"KeyA","modifiers":["command","shift"]}',
			'{"type":"key","code":"Enter"}',
		]);
		expect(() => hands.key("F5", true)).toThrow(expect.objectContaining({ code: "unknown-key" }));
	});

	test("types in pieces that it can, with keys between", () => {
		const { hands, program } = make();
		hands.type("ab\r\nc\td\n");
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
		const { hands, program, refused } = make(copy);
		hands.key("Enter", true);
		hands.paste("Grüße");
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
		const { hands, program, refused } = make();
		hands.paste("ü");
		program.says('noise\n{"ok":false,"error":"unknown kind: paste"}\n');
		expect(refused).toHaveBeenCalledWith("baguette says: unknown kind: paste");
	});

	test("drops what is not answered or not read, so that nothing piles up", () => {
		const { hands, program } = make();
		for (let count = 0; count < 256; count++) hands.button("home", true);
		expect(() => hands.button("home", true)).toThrow(expect.objectContaining({ code: "input-overloaded" }));
		program.says('{"ok":true}\n');
		hands.button("home", true);
		program.says('{"ok":true}\n');
		program.stuck = true;
		expect(() => hands.button("home", true)).toThrow(expect.objectContaining({ code: "input-overloaded" }));
	});

	test("tells that the program has ended, and takes nothing more", async () => {
		const { hands, program, lost } = make();
		program.dies("ended with exit code 1: Device not found");
		expect(lost).toHaveBeenCalledWith({
			code: "program-ended",
			message: "baguette, which passes input on, ended with exit code 1: Device not found",
		});
		expect(() => hands.button("home", true)).toThrow(expect.objectContaining({ code: "program-ended" }));
		await hands.close();
	});
});
