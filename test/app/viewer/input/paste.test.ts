import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PageClipboard } from "../../../../app/viewer/clipboard.ts";
import * as transfers from "../../../../app/viewer/clipboard-transfer.ts";
import { InputSender } from "../../../../app/viewer/input/input-sender.ts";
import { attachKeyboard } from "../../../../app/viewer/input/keyboard.ts";
import { attachPaste, isPasteShortcut } from "../../../../app/viewer/input/paste.ts";
import type { ClipboardBytes } from "../../../../signaling/protocol/clipboard.ts";
import type { DeviceDescription } from "../../../../signaling/protocol/device.ts";
import type { ViewerMessage } from "../../../../signaling/protocol/input.ts";
import { FakeClock, settled } from "../../../fakes/fake-clock.ts";

const plain = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };
const event = { ...plain, isComposing: false, repeat: false, getModifierState: () => false };

let sent: string[];
let field: EventTarget;
let clipboard: DeviceDescription["clipboard"];
let content: ClipboardBytes | undefined;
/** Waited for by the reading of a paste event, as by that of an image. */
let reading: Promise<void>;
let byPosition: boolean;
let detach: () => void;

function written(message: ViewerMessage): string {
	if (message.type === "key") return `${message.down ? "+" : "-"}${message.code}`;
	if (message.type === "press") return `${message.shortcut ? "chord " : "+"}${message.character}`;
	if (message.type === "clipboard-data") return Buffer.from(message.bytes).toString();
	return message.type;
}

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	vi.stubGlobal("window", globalThis);
	sent = [];
	byPosition = false;
	clipboard = { in: true, out: true, images: true };
	content = { format: "text", bytes: Buffer.from("pasted") };
	reading = Promise.resolve();
	field = Object.assign(new EventTarget(), { value: "" });
	const page = new PageClipboard({
		send: (message) => sent.push(written(message)) > 0,
		browser: { write: async () => true, active: true },
		load: async () => transfers,
		clock: new FakeClock(),
		note: () => {},
	});
	const input = new InputSender(page.send, () => () => {});
	const element = field as unknown as HTMLTextAreaElement;
	const stopPaste = attachPaste(element, {
		input,
		clipboard: page,
		device: () => clipboard,
		byPosition: () => byPosition,
		read: async () => {
			await reading;
			return content;
		},
	});
	const stopKeys = attachKeyboard(element, {
		input,
		takesKeys: () => true,
		takesText: () => true,
		byPosition: () => byPosition,
		onRelease: () => {},
	});
	detach = () => {
		stopPaste();
		stopKeys();
	};
});
afterEach(() => {
	detach();
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** Whether the browser may act on the key itself. */
function press(code: string, key: string, more: object = {}): boolean {
	const pressed = new Event("keydown", { cancelable: true });
	return field.dispatchEvent(Object.assign(pressed, { ...event, code, key, ...more }));
}

function lift(code: string, key: string): void {
	field.dispatchEvent(Object.assign(new Event("keyup", { cancelable: true }), { ...event, code, key }));
}

function paste(): boolean {
	return field.dispatchEvent(
		Object.assign(new Event("paste", { cancelable: true }), { clipboardData: null }),
	);
}

describe("Ctrl and V", () => {
	it("puts the browser's clipboard on the device first, then the keys as they were pressed", async () => {
		press("ControlLeft", "Control", { ctrlKey: true });
		expect(press("KeyV", "v", { ctrlKey: true })).toBe(true);
		expect(paste()).toBe(false);
		lift("KeyV", "v");
		lift("ControlLeft", "Control");
		await settled();
		expect(sent).toEqual(["+ControlLeft", "clipboard-offer", "pasted", "chord v", "-KeyV", "-ControlLeft"]);
	});

	it("keeps all that is typed after it behind it, also while an image is read", async () => {
		const read = Promise.withResolvers<void>();
		reading = read.promise;
		press("ControlLeft", "Control", { ctrlKey: true });
		press("KeyV", "v", { ctrlKey: true });
		paste();
		lift("KeyV", "v");
		lift("ControlLeft", "Control");
		press("Enter", "Enter");
		await settled();
		vi.advanceTimersByTime(1_000);
		expect(sent).toEqual(["+ControlLeft"]);
		read.resolve();
		await settled();
		expect(sent.slice(1)).toEqual([
			"clipboard-offer",
			"pasted",
			"chord v",
			"-KeyV",
			"-ControlLeft",
			"+Enter",
		]);
	});

	it("is only a key where the browser has nothing to paste", async () => {
		press("KeyV", "v", { ctrlKey: true });
		expect(sent).toEqual([]);
		vi.advanceTimersByTime(150);
		expect(sent).toEqual(["chord v"]);
		content = undefined;
		press("KeyV", "v", { ctrlKey: true });
		paste();
		await settled();
		expect(sent).toEqual(["chord v", "chord v"]);
	});

	it("is only a key, kept from the browser, where the device takes no clipboard", () => {
		clipboard = { in: false, out: true, images: true };
		expect(press("KeyV", "v", { ctrlKey: true })).toBe(false);
		expect(sent).toEqual(["chord v"]);
		expect(paste()).toBe(true);
		clipboard = undefined;
		expect(press("KeyV", "v", { ctrlKey: true })).toBe(false);
	});

	it("pastes once however long it is held", async () => {
		press("KeyV", "v", { ctrlKey: true });
		paste();
		expect(press("KeyV", "v", { ctrlKey: true, repeat: true })).toBe(false);
		await settled();
		expect(sent).toEqual(["clipboard-offer", "pasted", "chord v"]);
	});
});

it("keys by position are pressed by position", async () => {
	byPosition = true;
	press("KeyV", "v", { ctrlKey: true });
	paste();
	await settled();
	expect(sent).toEqual(["clipboard-offer", "pasted", "+KeyV"]);
});

it.each([
	[
		"Ctrl + Shift + V, as terminals want it",
		{ code: "KeyV", key: "V", shiftKey: true, ctrlKey: true },
		"chord V",
	],
	["Ctrl + V of a Cyrillic layout", { code: "KeyV", key: "м", ctrlKey: true }, "chord v"],
	["Shift + Insert", { code: "Insert", key: "Insert", shiftKey: true }, "+Insert"],
])("%s arrives as it was pressed", async (_, keys, expected) => {
	press(keys.code, keys.key, keys);
	paste();
	await settled();
	expect(sent).toEqual(["clipboard-offer", "pasted", expected]);
});

it("Command and V becomes Ctrl and V on a device that has those, and stays held for what follows", async () => {
	clipboard = { in: true, out: true, images: true, shortcut: "control" };
	press("MetaLeft", "Meta", { metaKey: true });
	press("KeyV", "v", { metaKey: true });
	paste();
	await settled();
	expect(sent.slice(1)).toEqual([
		"clipboard-offer",
		"pasted",
		"-MetaLeft",
		"+ControlLeft",
		"chord v",
		"-KeyV",
		"-ControlLeft",
		"+MetaLeft",
	]);
});

it("what a menu or a soft keyboard pastes presses the device's own shortcut", async () => {
	clipboard = { in: true, out: true, images: false, shortcut: "meta" };
	paste();
	await settled();
	expect(sent).toEqual(["clipboard-offer", "pasted", "+MetaLeft", "chord v", "-KeyV", "-MetaLeft"]);
});

it.each([
	["Ctrl + V", { code: "KeyV", key: "v", ctrlKey: true }, true],
	["Ctrl + Shift + V", { code: "KeyV", key: "V", ctrlKey: true, shiftKey: true }, true],
	["Command + V", { code: "KeyV", key: "v", metaKey: true }, true],
	["Shift + Insert", { code: "Insert", key: "Insert", shiftKey: true }, true],
	["Ctrl + V of a Cyrillic layout", { code: "KeyV", key: "м", ctrlKey: true }, true],
	["Ctrl + V of Dvorak", { code: "Period", key: "v", ctrlKey: true }, true],
	["Ctrl + K of Dvorak", { code: "KeyV", key: "k", ctrlKey: true }, false],
	["V", { code: "KeyV", key: "v" }, false],
	["Ctrl + Alt + V", { code: "KeyV", key: "v", ctrlKey: true, altKey: true }, false],
	["Ctrl + Insert", { code: "Insert", key: "Insert", ctrlKey: true }, false],
	["Ctrl + Command + V", { code: "KeyV", key: "v", ctrlKey: true, metaKey: true }, false],
])("%s pastes in browsers or does not", (_, keys, pastes) => {
	expect(isPasteShortcut({ ...plain, ...keys })).toBe(pastes);
});
