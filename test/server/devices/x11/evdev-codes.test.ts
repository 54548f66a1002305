import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evdevCodeOf, knownKeyCodes } from "../../../../server/devices/x11/evdev-codes.ts";
import type { X11Screen } from "../../../../server/native/addon.ts";
import { loadAddon } from "../../../../server/native/load.ts";
import { type ScreenClient, startScreenClient } from "../../../support/screen-client.ts";
import { startXDisplay, type XDisplay } from "../../../support/x-display.ts";

const range = (prefix: string, from: number, to: number) =>
	Array.from({ length: to - from + 1 }, (_, index) => `${prefix}${from + index}`);

/** Keys that UI Events KeyboardEvent code Values lists for PC, Japanese and Korean keyboards, and media keys. */
const expected = [
	...[..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => `Key${letter}`),
	...range("Digit", 0, 9),
	...range("Numpad", 0, 9),
	...range("F", 1, 24),
	...range("Lang", 1, 5),
	..."Backquote Minus Equal BracketLeft BracketRight Backslash Semicolon Quote Comma Period Slash".split(" "),
	..."IntlBackslash IntlRo IntlYen Convert NonConvert KanaMode".split(" "),
	..."Backspace Tab Enter Space CapsLock ContextMenu Escape PrintScreen ScrollLock Pause".split(" "),
	..."ShiftLeft ShiftRight ControlLeft ControlRight AltLeft AltRight MetaLeft MetaRight".split(" "),
	..."Insert Delete Home End PageUp PageDown Help ArrowUp ArrowDown ArrowLeft ArrowRight".split(" "),
	..."NumLock NumpadAdd NumpadSubtract NumpadMultiply NumpadDivide NumpadDecimal NumpadComma".split(" "),
	..."NumpadEnter NumpadEqual NumpadParenLeft NumpadParenRight".split(" "),
	..."AudioVolumeMute AudioVolumeDown AudioVolumeUp MediaPlayPause MediaStop MediaTrackNext".split(" "),
	..."MediaTrackPrevious MediaSelect Eject Power Sleep WakeUp".split(" "),
	..."BrowserBack BrowserFavorites BrowserForward BrowserHome BrowserRefresh BrowserSearch BrowserStop".split(
		" ",
	),
	..."LaunchApp1 LaunchApp2 LaunchMail Again Copy Cut Find Open Paste Props Undo".split(" "),
];

/** Older names that share a key with the name in the standard. */
const ALIASES = new Set(["OSLeft", "OSRight", "VolumeMute", "VolumeDown", "VolumeUp"]);

describe("key codes", () => {
	it("know every key of the standard's keyboards", () => {
		expect(expected.filter((code) => evdevCodeOf(code) === undefined)).toEqual([]);
	});

	it("give each key a code of its own that an X keycode can hold", () => {
		const codes = knownKeyCodes()
			.filter((name) => !ALIASES.has(name))
			.map((name) => evdevCodeOf(name) ?? 0);
		expect(new Set(codes).size).toBe(codes.length);
		expect(Math.min(...codes)).toBeGreaterThanOrEqual(1);
		expect(Math.max(...codes)).toBeLessThanOrEqual(247);
	});

	it("know nothing that is not a key", () => {
		for (const code of ["", "A", "constructor", "Unidentified", "Fn"])
			expect(evdevCodeOf(code)).toBeUndefined();
	});
});

describe("keys on a real display", { timeout: 20_000 }, () => {
	let display: XDisplay;
	let client: ScreenClient;
	let screen: X11Screen;

	beforeAll(async () => {
		display = await startXDisplay({ width: 640, height: 480 });
		client = await startScreenClient("echo", { display: display.display });
		const addon = loadAddon();
		screen = new addon.X11Screen({ display: display.display, onEnd: () => {} });
	}, 20_000);
	afterAll(async () => {
		screen.close();
		await client.close();
		await display.close();
	});

	it("reach a program with their X keycode, all of them", async () => {
		const codes = [...new Set(knownKeyCodes().map((name) => evdevCodeOf(name) ?? 0))];
		for (const code of codes) {
			screen.key(code, true);
			screen.key(code, false);
		}
		const wanted = new Set(codes.map((code) => code + 8));
		await client.until((events) => {
			const seen = new Set(
				events.flatMap((event) => (event.event === "key" && event.down ? [event.keycode] : [])),
			);
			return [...wanted].every((keycode) => seen.has(keycode));
		});
	});

	it("mean what their names say on a US layout", async () => {
		const before = client.events.length;
		const names = {
			KeyQ: "q",
			Digit7: "7",
			Enter: "Return",
			IntlBackslash: "less",
			NumpadEnter: "KP_Enter",
			F12: "F12",
			ArrowLeft: "Left",
			MetaLeft: "Super_L",
			PageDown: "Next",
			AudioVolumeUp: "XF86AudioRaiseVolume",
			ContextMenu: "Menu",
		};
		for (const name of Object.keys(names)) {
			screen.key(evdevCodeOf(name) ?? 0, true);
			screen.key(evdevCodeOf(name) ?? 0, false);
		}
		const pressed = () =>
			client.events
				.slice(before)
				.flatMap((event) => (event.event === "key" && event.down ? [event.keysym] : []));
		await client.until(() => pressed().length >= Object.keys(names).length);
		// Caps Lock and the like were pressed above; letters may be in upper case now.
		expect(pressed().map((keysym) => (keysym.length === 1 ? keysym.toLowerCase() : keysym))).toEqual(
			Object.values(names),
		);
	});
});
