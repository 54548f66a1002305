import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { X11Screen } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { type ScreenClient, startScreenClient } from "../support/screen-client.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";
import { type KeyboardState, LAYOUTS, LOCKS, XKeyboard } from "../support/x-keyboard.ts";

vi.setConfig({ testTimeout: 60_000 });

/** evdev codes of positions, named as on a US keyboard. */
const KEY = {
	1: 2,
	2: 3,
	7: 8,
	q: 16,
	w: 17,
	y: 21,
	leftCtrl: 29,
	a: 30,
	l: 38,
	semicolon: 39,
	leftShift: 42,
	z: 44,
	c: 46,
	m: 50,
	slash: 53,
	leftAlt: 56,
	keypad1: 79,
	keypad7: 71,
	keypadDecimal: 83,
} as const;

const EVERY_DISPLAY = LAYOUTS.flatMap((layout) => LOCKS.map((locks) => ({ layout, ...locks })));

let x: XDisplay;
let client: ScreenClient;
let screen: X11Screen;
let keyboard: XKeyboard;
/** What the client had printed when a test began. */
let before = 0;

beforeAll(async () => {
	x = await startXDisplay({ width: 400, height: 300 });
	client = await startScreenClient("echo", { display: x.display, geometry: "400x300+0+0" });
	screen = new (loadAddon().X11Screen)({ display: x.display, onEnd: () => {} });
	keyboard = new XKeyboard(x.display, screen);
});

afterAll(async () => {
	screen.close();
	await client.close();
	await x.close();
});

beforeEach(async () => {
	screen.releaseAll();
	await become({ layout: "us", caps: false, num: false });
});

/** Sets the display's keyboard up, and forgets what was seen. */
async function become(next: KeyboardState): Promise<void> {
	await keyboard.become(next, flushed);
	before = client.events.length;
}

let places = 0;

/** Everything that was injected so far has been seen. */
async function flushed(): Promise<void> {
	const place = 10 + (places++ % 200);
	screen.pointer(place, 5, 0);
	await client.until((events) => {
		const last = events.findLast((event) => event.event === "motion");
		return last?.event === "motion" && last.x === place;
	});
}

async function seen() {
	await flushed();
	return client.events.slice(before);
}

async function text(): Promise<string> {
	return (await seen()).map((event) => (event.event === "text" ? event.text : "")).join("");
}

/** Keysyms that went down and up, in order, such as `+a -a`. */
async function keys(): Promise<string> {
	return (await seen())
		.flatMap((event) => (event.event === "key" ? [`${event.down ? "+" : "-"}${event.keysym}`] : []))
		.join(" ");
}

function press(evdevCode: number, character: string, held: readonly number[] = []): void {
	for (const modifier of held) screen.key(modifier, true);
	screen.pressCharacter(evdevCode, character, false);
	screen.key(evdevCode, false);
	for (const modifier of held.toReversed()) screen.key(modifier, false);
}

/** What people press on keyboards of all four layouts: the position, what it gave there, and what they held for it. */
const TYPED: readonly [number, string, readonly number[]][] = [
	[KEY.y, "y", []],
	[KEY.y, "z", []],
	[KEY.y, "Z", [KEY.leftShift]],
	[KEY.q, "a", []],
	[KEY.a, "A", []],
	[KEY.a, "A", [KEY.leftShift]],
	[KEY.a, "a", [KEY.leftShift]],
	[KEY.m, ",", []],
	[KEY.semicolon, ";", []],
	[KEY.semicolon, "ö", []],
	[KEY.semicolon, "Ö", [KEY.leftShift]],
	[KEY.slash, "/", []],
	[KEY.slash, "-", []],
	[KEY[7], "/", [KEY.leftShift]],
	[KEY[2], "@", [KEY.leftShift]],
	[KEY.l, "@", [KEY.leftAlt]],
	[KEY.q, "@", []],
	[KEY[1], "1", [KEY.leftShift]],
	[KEY[1], "&", []],
	[KEY[2], "é", []],
	[KEY[2], "É", []],
	[KEY.c, "с", []],
	[KEY.c, "С", [KEY.leftShift]],
	[KEY.z, "я", []],
	[KEY.w, "€", []],
	[KEY.keypad1, "1", []],
	[KEY.keypad7, "7", []],
	[KEY.keypadDecimal, ".", []],
	[KEY.keypadDecimal, ",", []],
];

describe.each(EVERY_DISPLAY)("on $layout with Caps Lock $caps and Num Lock $num", (display) => {
	test("keys by position do as the display has it", async () => {
		await become(display);
		keyboard.tap(KEY.a);
		keyboard.tap(KEY.keypad1);
		const letter = { us: "a", de: "a", fr: "q", ru: "ф" }[display.layout];
		expect(await text()).toBe((display.caps ? letter.toUpperCase() : letter) + (display.num ? "1" : ""));
	});

	test("every character arrives as it was pressed elsewhere", async () => {
		await become(display);
		for (const [code, character, held] of TYPED) press(code, character, held);
		expect(await text()).toBe(TYPED.map(([, character]) => character).join(""));
	});

	test("text arrives as it was written", async () => {
		await become(display);
		const written = "grün, GRÜN; ñ Ñ ß ÿ Ж ж ǆ 語 @ 1/2";
		screen.text(written);
		await client.until(
			() =>
				client.events.slice(before).flatMap((e) => (e.event === "text" ? [...e.text] : [])).length >=
				[...written].length,
		);
		expect(await text()).toBe(written);
	});

	test("shortcuts mean the character", async () => {
		await become(display);
		// Caps Lock makes capitals of them in a program's eyes, as it does on the display's own keyboard.
		const shown = (letter: string) => (display.caps ? letter.toUpperCase() : letter);
		for (const [code, character] of [
			[KEY.q, "a"],
			[KEY.y, "z"],
			[KEY.z, "W"],
		] as const) {
			before = client.events.length;
			screen.key(KEY.leftCtrl, true);
			screen.pressCharacter(code, character, true);
			screen.key(code, false);
			screen.key(KEY.leftCtrl, false);
			const letter = (await keys()).split(" ")[1]?.slice(1) ?? "";
			expect([shown(character.toLowerCase()), character.toLowerCase()]).toContain(letter);
			expect(await keys()).toBe(`+Control_L +${letter} -${letter} -Control_L`);
		}
	});
});

describe("a key that is to give a character", () => {
	test("is held until its position is released", async () => {
		await become({ layout: "us", caps: false, num: false });
		screen.pressCharacter(KEY.w, "z", false);
		expect(await keys()).toBe("+z");
		screen.key(KEY.w, false);
		expect(await keys()).toBe("+z -z");
	});

	test("that no key of the display gives is held as well", async () => {
		screen.pressCharacter(KEY.semicolon, "ö", false);
		await client.until(() => client.events.length > before);
		expect(await text()).toBe("ö");
		expect((await seen()).filter((event) => event.event === "key" && !event.down)).toEqual([]);
		screen.text("語".repeat(3));
		screen.key(KEY.semicolon, false);
		await client.until(() =>
			client.events
				.slice(before)
				.some((event) => event.event === "key" && !event.down && event.keysym === "odiaeresis"),
		);
	});

	test("keeps its modifiers while it is held, and gives them back then", async () => {
		await become({ layout: "de", caps: false, num: false });
		screen.key(KEY.leftShift, true);
		screen.pressCharacter(KEY[2], "@", false);
		expect(await keys()).toBe("+Shift_L -Shift_L +ISO_Level3_Shift +at");
		screen.key(KEY[2], false);
		expect(await keys()).toBe("+Shift_L -Shift_L +ISO_Level3_Shift +at -at -ISO_Level3_Shift +Shift_L");
	});

	test("leaves no modifier behind when that is let go first", async () => {
		await become({ layout: "de", caps: false, num: false });
		screen.key(KEY.leftShift, true);
		screen.pressCharacter(KEY[2], "@", false);
		screen.key(KEY.leftShift, false);
		screen.key(KEY[2], false);
		expect(await keys()).toBe("+Shift_L -Shift_L +ISO_Level3_Shift +at -at -ISO_Level3_Shift");
	});

	test("is let go with everything else", async () => {
		await become({ layout: "de", caps: false, num: false });
		screen.pressCharacter(KEY[2], "@", false);
		screen.releaseAll();
		screen.key(KEY[2], false);
		const released = (await keys()).split(" ").slice(2);
		expect(released.toSorted()).toEqual(["-ISO_Level3_Shift", "-at"]);
	});

	test("is pressed anew when another position holds the same key", async () => {
		screen.pressCharacter(KEY.a, "a", false);
		screen.pressCharacter(KEY.q, "a", false);
		screen.key(KEY.a, false);
		expect(await keys()).toBe("+a -a +a");
		screen.key(KEY.q, false);
		expect(await keys()).toBe("+a -a +a -a");
	});
});

describe("a shortcut", () => {
	test("of another script is taken by its position", async () => {
		screen.key(KEY.leftCtrl, true);
		screen.pressCharacter(KEY.c, "с", true);
		expect(await keys()).toBe("+Control_L +c");
	});

	test("with Shift keeps it for a letter and drops it for what needs none here", async () => {
		screen.key(KEY.leftCtrl, true);
		screen.key(KEY.leftShift, true);
		screen.pressCharacter(KEY.y, "Z", true);
		screen.key(KEY.y, false);
		screen.pressCharacter(KEY[7], "/", true);
		screen.key(KEY[7], false);
		expect(await keys()).toBe("+Control_L +Shift_L +Z -Z -Shift_L +slash -slash +Shift_L");
	});

	test("of what needs a third level here gets it", async () => {
		await become({ layout: "de", caps: false, num: false });
		screen.key(KEY.leftCtrl, true);
		screen.pressCharacter(KEY.w, "[", true);
		screen.key(KEY.w, false);
		expect(await keys()).toBe("+Control_L +ISO_Level3_Shift +bracketleft -bracketleft -ISO_Level3_Shift");
	});
});

describe("when somebody else changes the keyboard", () => {
	test("text that was lent keycodes is typed again", async () => {
		screen.text("ñ");
		await client.until(() => client.text().endsWith("ñ"));
		keyboard.setLayout("us");
		screen.text("ñ");
		await expect.poll(text).toBe("ññ");
	});

	test("the next key follows the new layout", async () => {
		press(KEY.y, "z");
		expect(await keys()).toBe("+z -z");
		keyboard.setLayout("de");
		press(KEY.y, "z");
		expect(await text()).toBe("zz");
		const pressed = (await seen()).flatMap((event) =>
			event.event === "key" && event.down ? [event.keycode] : [],
		);
		expect(new Set(pressed).size).toBe(2);
	});

	test("a keycode that has got a key of its own is not taken back", async () => {
		screen.text("語");
		await client.until(() => client.text().endsWith("語"));
		const lent = client.events.findLast((event) => event.event === "key");
		if (lent?.event !== "key") throw new Error("no key was pressed");
		execFileSync("xmodmap", ["-display", x.display, "-e", `keycode ${lent.keycode} = F35 F35`]);
		screen.text("字");
		await client.until(() => client.text().endsWith("字"));
		const map = () => execFileSync("xmodmap", ["-display", x.display, "-pke"], { encoding: "utf8" });
		await expect.poll(map, { timeout: 5_000 }).not.toMatch(/U5B57|U8A9E/);
		expect(map()).toMatch(new RegExp(`keycode +${lent.keycode} = F35`));
		keyboard.setLayout("us");
	});
});
