import { execFileSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { NativeEnd, X11Screen } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { type ScreenClient, startScreenClient } from "../support/screen-client.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

const KEY_A = 30;
const KEY_LEFT_SHIFT = 42;
const KEY_LEFT_CTRL = 29;

let x: XDisplay;
let screen: X11Screen;
let client: ScreenClient;
let vanished: NativeEnd[];

beforeAll(async () => {
	x = await startXDisplay({ width: 800, height: 600 });
});

afterAll(async () => {
	await x.close();
});

beforeEach(async () => {
	vanished = [];
	client = await startScreenClient("echo", { display: x.display, geometry: "800x600+0+0" });
	screen = new (loadAddon().X11Screen)({ display: x.display, onEnd: (end) => vanished.push(end) });
});

afterEach(async () => {
	screen.close();
	await client.close();
});

function keyboardMap(): string {
	return execFileSync("xmodmap", ["-display", x.display, "-pke"], { encoding: "utf8" });
}

async function typed(text: string): Promise<string> {
	screen.text(text);
	await client.until(() => client.text().length >= text.length);
	return client.text();
}

describe("the pointer", () => {
	test("moves to the pixel that was asked for", async () => {
		screen.pointer(321, 123, 0);
		await client.until((events) => events.some((e) => e.event === "motion" && e.x === 321 && e.y === 123));
	});

	test.each([
		["left", 1, 1],
		["middle", 2, 2],
		["right", 4, 3],
		["back", 8, 8],
		["forward", 16, 9],
	])("presses and releases the %s button where it is", async (_name, mask, button) => {
		screen.pointer(40, 50, mask);
		screen.pointer(60, 70, 0);
		await client.until((events) => events.filter((e) => e.event === "button").length === 2);
		expect(client.events.filter((e) => e.event === "button")).toEqual([
			{ event: "button", down: true, button, x: 40, y: 50 },
			{ event: "button", down: false, button, x: 60, y: 70 },
		]);
	});

	test("turns the wheel both ways, one click a notch", async () => {
		screen.wheel(0, 2);
		screen.wheel(0, -1);
		screen.wheel(1, 0);
		screen.wheel(-1, 0);
		await client.until((events) => events.filter((e) => e.event === "button" && e.down).length === 5);
		const clicks = client.events.flatMap((e) => (e.event === "button" && e.down ? [e.button] : []));
		expect(clicks).toEqual([5, 5, 4, 7, 6]);
	});

	test("stays on the screen when asked to leave it", async () => {
		screen.pointer(5000, -20, 0);
		await client.until((events) => events.some((e) => e.event === "motion" && e.x === 799 && e.y === 0));
	});
});

describe("keys", () => {
	test("are pressed and released by position, once each", async () => {
		screen.key(KEY_A, true);
		screen.key(KEY_A, true);
		screen.key(KEY_A, false);
		screen.key(KEY_A, false);
		screen.pointer(1, 1, 0);
		await client.until((events) => events.some((e) => e.event === "motion" && e.x === 1));
		const keys = client.events.filter((e) => e.event === "key");
		expect(keys).toEqual([
			{ event: "key", down: true, keycode: 38, keysym: "a" },
			{ event: "key", down: false, keycode: 38, keysym: "a" },
		]);
	});

	test("and buttons that are held are released together", async () => {
		screen.key(KEY_LEFT_SHIFT, true);
		screen.pointer(10, 10, 5);
		screen.releaseAll();
		await client.until((events) => events.filter((e) => "down" in e && !e.down).length === 3);
		const released = client.events.flatMap((e) => ("down" in e && !e.down ? [e.event] : []));
		expect(released.toSorted()).toEqual(["button", "button", "key"]);
	});

	test("that are held are released by close", async () => {
		screen.key(KEY_A, true);
		await client.until((events) => events.some((e) => e.event === "key" && e.down));
		screen.close();
		await client.until((events) => events.some((e) => e.event === "key" && !e.down));
	});
});

describe("text", () => {
	test.each([
		["ASCII", 'Hello, World! {[~]} \\ "quoted" 42%'],
		["accents", "déjà vu, Ærøskøbing, naïve, ß, ¿qué?"],
		["other scripts", "Привет мир, Ελληνικά, עברית"],
		["CJK", "日本語のテキスト、中文輸入、한국어"],
		["emoji", "👍🏽 done 🎉 👩‍💻"],
	])("with %s arrives as it was written", async (_name, text) => {
		expect(await typed(text)).toBe(text);
	});

	test("with more different characters than there are spare keys arrives whole and in order", async () => {
		const text = Array.from({ length: 120 }, (_, index) => String.fromCodePoint(0x4e00 + index * 7)).join("");
		expect(await typed(text)).toBe(text);
	});

	test("types line breaks as Return, a pair of them once", async () => {
		screen.text("a\r\nb\n");
		await client.until((events) => events.filter((e) => e.event === "key" && !e.down).length === 4);
		const keys = client.events.flatMap((e) => (e.event === "key" && e.down ? [e.keysym] : []));
		expect(keys).toEqual(["a", "Return", "b", "Return"]);
	});

	test("is no shortcut while Ctrl is held, and Ctrl is held again afterwards", async () => {
		screen.key(KEY_LEFT_CTRL, true);
		expect(await typed("ab")).toBe("ab");
		const control = () => client.events.filter((e) => e.event === "key" && e.keysym === "Control_L");
		await client.until(() => control().length === 3);
		expect(control().map((e) => "down" in e && e.down)).toEqual([true, false, true]);
	});

	test("leaves the keyboard map as it was", async () => {
		const before = keyboardMap();
		await typed("日本語");
		expect(keyboardMap()).not.toBe(before);
		screen.close();
		expect(keyboardMap()).toBe(before);
	});

	test("gives lent keys back by itself once typing has stopped", async () => {
		const before = keyboardMap();
		await typed("日本語");
		await expect.poll(keyboardMap, { timeout: 5_000 }).toBe(before);
	});

	test("keeps its place among clicks and keys", async () => {
		screen.text("語");
		screen.pointer(5, 5, 1);
		screen.pointer(5, 5, 0);
		screen.text("x");
		await client.until(() => client.text() === "語x");
		const order = client.events.flatMap((e) =>
			e.event === "text" ? [e.text] : e.event === "button" && e.down ? ["click"] : [],
		);
		expect(order).toEqual(["語", "click", "x"]);
	});

	test("leaves out control characters and broken surrogates", async () => {
		screen.text("a\u0000\u0007\ud800b");
		await client.until(() => client.text() === "ab");
	});
});

describe("bad input", () => {
	test.each([
		["NaN coordinates", () => screen.pointer(Number.NaN, 0, 0)],
		["infinite coordinates", () => screen.pointer(0, Number.POSITIVE_INFINITY, 0)],
		["unknown buttons", () => screen.pointer(0, 0, 64)],
		["half a notch", () => screen.wheel(0, 0.5)],
		["a million notches", () => screen.wheel(0, 1_000_000)],
		["a key that no keyboard has", () => screen.key(5000, true)],
		["text that is not text", () => screen.text(7 as unknown as string)],
	])("is refused: %s", (_name, call) => {
		expect(call).toThrow(expect.objectContaining({ code: "invalid-argument" }));
	});

	test("is refused: a megabyte of text", () => {
		expect(() => screen.text("x".repeat(1_000_000))).toThrow(
			expect.objectContaining({ code: "text-too-long" }),
		);
	});

	test("is refused when it comes faster than the display takes it", () => {
		const flood = () => {
			for (let index = 0; index < 100; index++) screen.text("語".repeat(9_000));
		};
		expect(flood).toThrow(expect.objectContaining({ code: "input-overloaded" }));
	});

	test("is ignored after close, which may be called twice", () => {
		screen.close();
		screen.close();
		screen.pointer(1, 1, 1);
		screen.text("late");
	});
});

describe("the display", () => {
	test("tells its size", () => {
		expect(screen.size()).toEqual({ width: 800, height: 600 });
	});

	test("that is not there is an error with a code", () => {
		const open = () => new (loadAddon().X11Screen)({ display: ":64999", onEnd: () => {} });
		expect(open).toThrow(expect.objectContaining({ code: "display-unreachable" }));
	});

	test("that vanishes is reported once, and calls stay harmless", async () => {
		const own = await startXDisplay({ width: 320, height: 240 });
		const ends: NativeEnd[] = [];
		const doomed = new (loadAddon().X11Screen)({ display: own.display, onEnd: (end) => ends.push(end) });
		await own.close();
		await expect.poll(() => ends.length).toBe(1);
		expect(ends[0]?.code).toBe("display-vanished");
		doomed.pointer(1, 1, 1);
		doomed.text("語");
		expect(() => doomed.snapshot()).toThrow(expect.objectContaining({ code: "display-unreachable" }));
		doomed.close();
		expect(ends.length).toBe(1);
	});
});
