import { describe, expect, it } from "vitest";
import { InputSender } from "../../../../app/viewer/input/input-sender.ts";
import { attachKeyboard, type KeyLike, planKey } from "../../../../app/viewer/input/keyboard.ts";
import type { ViewerMessage } from "../../../../signaling/protocol/input.ts";

/** As much of a text field as events need; its keys are pressed by the test. */
class Field extends EventTarget {
	value = "";

	/** Whether the browser would still have acted on it itself. */
	fire(type: string, fields: object): boolean {
		const event = new Event(type, { cancelable: true });
		return this.dispatchEvent(Object.assign(event, fields));
	}

	press(code: string, key: string, more: object = {}): boolean {
		return this.fire("keydown", { code, key, ...plain, ...more });
	}

	lift(code: string, key: string): boolean {
		return this.fire("keyup", { code, key, ...plain });
	}
}

const plain = {
	shiftKey: false,
	ctrlKey: false,
	altKey: false,
	metaKey: false,
	isComposing: false,
	repeat: false,
	getModifierState: () => false,
};

function setUp({ keys = true, text = true, position = false } = {}) {
	const sent: ViewerMessage[] = [];
	const field = new Field();
	let released = 0;
	const input = new InputSender(
		(message) => sent.push(message) > 0,
		() => () => {},
	);
	const detach = attachKeyboard(field as unknown as HTMLTextAreaElement, {
		input,
		takesKeys: () => keys,
		takesText: () => text,
		byPosition: () => position,
		onRelease: () => released++,
	});
	return { field, sent, input, detach, released: () => released };
}

const down = (code: string): ViewerMessage => ({ type: "key", code, down: true });
const up = (code: string): ViewerMessage => ({ type: "key", code, down: false });
const text = (value: string): ViewerMessage => ({ type: "text", text: value });
const press = (code: string, character: string, shortcut = false): ViewerMessage => ({
	type: "press",
	code,
	character,
	shortcut,
});

describe("attachKeyboard", () => {
	it("sends where a key is and what it gives, and keeps it from the browser", () => {
		const { field, sent } = setUp();
		expect(field.press("KeyQ", "a")).toBe(false);
		expect(field.lift("KeyQ", "a")).toBe(false);
		expect(field.press("Tab", "Tab")).toBe(false);
		expect(sent).toEqual([press("KeyQ", "a"), up("KeyQ"), down("Tab")]);
	});

	it("leaves the repeating of keys to the device, and tells of each repeat of a character", () => {
		const { field, sent } = setUp();
		field.press("Tab", "Tab");
		field.press("Tab", "Tab", { repeat: true });
		field.press("KeyQ", "a");
		field.press("KeyQ", "a", { repeat: true });
		expect(sent).toEqual([down("Tab"), press("KeyQ", "a"), press("KeyQ", "a")]);
	});

	it("sends a shortcut as what it means", () => {
		const { field, sent } = setUp();
		field.press("ControlLeft", "Control", { ctrlKey: true });
		field.press("KeyY", "z", { ctrlKey: true });
		expect(sent).toEqual([down("ControlLeft"), press("KeyY", "z", true)]);
	});

	it("keeps locks for itself, and sends what the number pad does without one", () => {
		const { field, sent } = setUp();
		for (const lock of ["CapsLock", "NumLock"]) {
			field.press(lock, lock);
			field.lift(lock, lock);
		}
		field.press("Numpad1", "1");
		field.lift("Numpad1", "1");
		field.press("Numpad1", "End");
		field.lift("Numpad1", "End");
		field.press("NumpadEnter", "Enter");
		expect(sent).toEqual([press("Numpad1", "1"), up("Numpad1"), down("End"), up("End"), down("NumpadEnter")]);
	});

	it("sends a key that was made another as that one", () => {
		const { field, sent } = setUp();
		field.press("CapsLock", "Control");
		field.lift("CapsLock", "Control");
		field.press("CapsLock", "Escape");
		field.lift("CapsLock", "Escape");
		field.press("AltRight", "Alt");
		expect(sent).toEqual([
			down("ControlLeft"),
			up("ControlLeft"),
			down("Escape"),
			up("Escape"),
			down("AltLeft"),
		]);
	});

	it("sends all keys by where they are, if that is wanted", () => {
		const { field, sent } = setUp({ position: true });
		field.press("KeyW", "z");
		field.press("KeyW", "z", { repeat: true });
		field.lift("KeyW", "z");
		field.press("BracketLeft", "Dead");
		field.press("Numpad1", "End");
		field.press("NumLock", "NumLock");
		expect(sent).toEqual([down("KeyW"), up("KeyW"), down("BracketLeft"), down("Numpad1"), down("NumLock")]);
	});

	it("sends what an input method commits, once, and none of its keys", () => {
		const { field, sent } = setUp();
		expect(field.press("KeyN", "Process")).toBe(true);
		field.fire("compositionstart", { data: "" });
		field.fire("input", { inputType: "insertCompositionText", data: "に", isComposing: true });
		field.press("Enter", "Enter", { isComposing: true });
		field.fire("compositionend", { data: "日本" });
		field.fire("input", { inputType: "insertFromComposition", data: "日本", isComposing: false });
		field.lift("Enter", "Enter");
		expect(sent).toEqual([text("日本")]);
	});

	it("lets a dead key make its character", () => {
		const { field, sent } = setUp();
		expect(field.press("BracketLeft", "Dead")).toBe(true);
		field.press("ShiftLeft", "Shift");
		field.lift("ShiftLeft", "Shift");
		expect(field.press("KeyE", "e")).toBe(true);
		field.fire("input", { inputType: "insertText", data: "ê", isComposing: false });
		expect(field.press("KeyE", "e")).toBe(false);
		expect(sent).toEqual([down("ShiftLeft"), up("ShiftLeft"), text("ê"), press("KeyE", "e")]);
	});

	it("understands soft keyboards, which name no keys", () => {
		const { field, sent } = setUp();
		field.press("", "Unidentified");
		field.fire("input", { inputType: "insertText", data: "hé", isComposing: false });
		field.fire("beforeinput", { inputType: "deleteContentBackward", isComposing: false });
		field.fire("beforeinput", { inputType: "insertLineBreak", isComposing: false });
		expect(sent).toEqual([text("hé"), down("Backspace"), up("Backspace"), down("Enter"), up("Enter")]);
		expect(field.value).toBe("");
	});

	it("gives the keyboard back on Control, Alt and Shift, and lets go of them on the device", () => {
		const { field, sent, input, released } = setUp();
		field.press("ControlLeft", "Control", { ctrlKey: true });
		field.press("AltLeft", "Alt", { ctrlKey: true, altKey: true });
		field.press("ShiftLeft", "Shift", { ctrlKey: true, altKey: true, shiftKey: true });
		expect(released()).toBe(1);
		expect(sent.at(-1)).toEqual({ type: "release" });
		expect(input.holding).toBe(false);
	});

	it("takes back the Control that Windows reports before AltGr", () => {
		const { field, sent } = setUp();
		field.press("ControlLeft", "Control", { ctrlKey: true });
		field.press("AltRight", "AltGraph", { ctrlKey: true, altKey: true });
		expect(sent).toEqual([down("ControlLeft"), up("ControlLeft")]);
	});

	it("lets go of all when Command goes up, since macOS hides what went up before", () => {
		const { field, sent } = setUp();
		field.press("MetaLeft", "Meta", { metaKey: true });
		field.press("KeyC", "c", { metaKey: true });
		field.lift("MetaLeft", "Meta");
		expect(sent.at(-1)).toEqual({ type: "release" });
	});

	it("taps Caps Lock by its position, so that it is never held", () => {
		const { field, sent, input } = setUp({ position: true });
		field.press("CapsLock", "CapsLock");
		expect(sent).toEqual([down("CapsLock"), up("CapsLock")]);
		expect(input.holding).toBe(false);
	});

	it("cuts long text into messages that the host takes, and never in the middle of a character", () => {
		const { field, sent } = setUp();
		field.fire("input", { inputType: "insertText", data: "😀".repeat(2500), isComposing: false });
		const parts = sent.map((message) => (message.type === "text" ? message.text : ""));
		expect(parts.join("")).toBe("😀".repeat(2500));
		for (const part of parts) expect(new TextEncoder().encode(part).length).toBeLessThanOrEqual(4096);
	});

	it("sends only what the device takes", () => {
		const { field, sent } = setUp({ keys: false });
		field.press("Enter", "Enter");
		field.press("KeyA", "a");
		expect(sent).toEqual([text("a")]);
		const without = setUp({ keys: false, text: false });
		without.field.press("Quote", "ä");
		without.field.press("Enter", "Enter");
		expect(without.sent).toEqual([]);
	});

	it("stops when detached", () => {
		const { field, sent, detach } = setUp();
		detach();
		expect(field.press("KeyA", "a")).toBe(true);
		expect(sent).toEqual([]);
	});
});

interface Pressed extends Partial<Omit<KeyLike, "getModifierState">> {
	readonly states?: readonly string[];
}

function plan(given: Pressed, more: Partial<Parameters<typeof planKey>[1]> = {}) {
	const { states = [], ...fields } = given;
	const none = { code: "", key: "", ctrlKey: false, altKey: false, metaKey: false, isComposing: false };
	const event = { ...none, ...fields, getModifierState: (name: string) => states.includes(name) };
	return planKey(event, { takesKeys: true, byPosition: false, afterDeadKey: false, isMac: false, ...more });
}

describe("planKey", () => {
	it("writes characters, whatever key gives them", () => {
		expect(plan({ code: "KeyQ", key: "a" })).toBe("write");
		expect(plan({ code: "BracketLeft", key: "ü" })).toBe("write");
		expect(plan({ code: "Space", key: " " })).toBe("write");
		expect(plan({ code: "Numpad7", key: "7" })).toBe("write");
	});

	it("types what no key gives as text", () => {
		expect(plan({ code: "", key: "字" })).toBe("text");
	});

	it("takes a character with Ctrl, Alt or Super for a shortcut", () => {
		expect(plan({ code: "KeyQ", key: "a", ctrlKey: true })).toBe("shortcut");
		expect(plan({ code: "KeyZ", key: "y", metaKey: true })).toBe("shortcut");
		expect(plan({ code: "KeyF", key: "f", altKey: true })).toBe("shortcut");
	});

	it("writes what AltGr gives, and what Option gives on a Mac", () => {
		const altGr = { ctrlKey: true, altKey: true, states: ["AltGraph"] };
		expect(plan({ code: "KeyE", key: "€", ...altGr })).toBe("write");
		expect(plan({ code: "KeyL", key: "@", altKey: true }, { isMac: true })).toBe("write");
		expect(plan({ code: "KeyL", key: "@", altKey: true, ctrlKey: true }, { isMac: true })).toBe("shortcut");
	});

	it("leaves dead keys, what follows them and input methods to the browser", () => {
		expect(plan({ code: "Equal", key: "Dead" })).toBe("compose");
		expect(plan({ code: "KeyE", key: "e" }, { afterDeadKey: true })).toBe("compose");
		expect(plan({ code: "KeyN", key: "Process" })).toBe("compose");
		expect(plan({ code: "KeyN", key: "n", isComposing: true })).toBe("compose");
		expect(plan({ key: "Unidentified" })).toBe("compose");
	});

	it("sends named keys by name, also after a dead key", () => {
		expect(plan({ code: "Enter", key: "Enter" })).toBe("named");
		expect(plan({ code: "ShiftLeft", key: "Shift" }, { afterDeadKey: true })).toBe("named");
	});

	it("types characters as text on a device without keys, and leaves out shortcuts", () => {
		expect(plan({ code: "KeyA", key: "a" }, { takesKeys: false })).toBe("text");
		expect(plan({ code: "KeyA", key: "a", ctrlKey: true }, { takesKeys: false })).toBe("none");
	});

	it("goes by position for all keys that have one, but for what is being composed", () => {
		const byPosition = { byPosition: true };
		expect(plan({ code: "KeyQ", key: "a" }, byPosition)).toBe("position");
		expect(plan({ code: "Equal", key: "Dead" }, byPosition)).toBe("position");
		expect(plan({ code: "CapsLock", key: "CapsLock" }, byPosition)).toBe("position");
		expect(plan({ code: "KeyN", key: "n", isComposing: true }, byPosition)).toBe("compose");
		expect(plan({ code: "KeyQ", key: "a" }, { ...byPosition, takesKeys: false })).toBe("text");
	});
});
