import { describe, expect, it } from "vitest";
import { InputSender } from "../../../../app/viewer/input/input-sender.ts";
import { attachKeyboard, type KeyLike, planKey, usCharacter } from "../../../../app/viewer/input/keyboard.ts";
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

function setUp({ keys = true, text = true } = {}) {
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
		onRelease: () => released++,
	});
	return { field, sent, input, detach, released: () => released };
}

const down = (code: string): ViewerMessage => ({ type: "key", code, down: true });
const up = (code: string): ViewerMessage => ({ type: "key", code, down: false });
const text = (value: string): ViewerMessage => ({ type: "text", text: value });

describe("attachKeyboard", () => {
	it("sends keys by position and keeps them from the browser", () => {
		const { field, sent } = setUp();
		expect(field.press("KeyA", "a")).toBe(false);
		expect(field.lift("KeyA", "a")).toBe(false);
		expect(field.press("Tab", "Tab")).toBe(false);
		expect(sent).toEqual([down("KeyA"), up("KeyA"), down("Tab")]);
	});

	it("leaves repeating to the device", () => {
		const { field, sent } = setUp();
		field.press("KeyA", "a");
		field.press("KeyA", "a", { repeat: true });
		expect(sent).toEqual([down("KeyA")]);
	});

	it("types a character of another layout as text, each time it repeats", () => {
		const { field, sent } = setUp();
		field.press("Quote", "ä");
		field.press("Quote", "ä", { repeat: true });
		field.lift("Quote", "ä");
		expect(sent).toEqual([text("ä"), text("ä")]);
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
		expect(sent).toEqual([down("ShiftLeft"), up("ShiftLeft"), text("ê"), down("KeyE")]);
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

	it("taps Caps Lock, so that it is never held", () => {
		const { field, sent, input } = setUp();
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
		const without = setUp({ text: false });
		without.field.press("Quote", "ä");
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

function key({ states = [], ...given }: Pressed): KeyLike {
	return {
		code: "",
		key: "",
		shiftKey: false,
		ctrlKey: false,
		altKey: false,
		metaKey: false,
		isComposing: false,
		getModifierState: (name) => states.includes(name),
		...given,
	};
}

const plan = (given: Pressed, takesKeys = true, afterDeadKey = false) =>
	planKey(key(given), takesKeys, afterDeadKey);

describe("planKey", () => {
	it("sends characters by position where a US keyboard gives the same", () => {
		expect(plan({ code: "KeyA", key: "a" })).toBe("key");
		expect(plan({ code: "Digit2", key: "@", shiftKey: true })).toBe("key");
		expect(plan({ code: "Space", key: " " })).toBe("key");
		expect(plan({ code: "Numpad7", key: "7" })).toBe("key");
	});

	it("sends characters as text where a US keyboard gives another", () => {
		expect(plan({ code: "KeyQ", key: "a" })).toBe("text");
		expect(plan({ code: "BracketLeft", key: "ü" })).toBe("text");
		expect(plan({ code: "Digit2", key: '"', shiftKey: true })).toBe("text");
		expect(plan({ code: "", key: "字" })).toBe("text");
	});

	it("types capitals of Caps Lock by position, and of nothing known as text", () => {
		expect(plan({ code: "KeyA", key: "A", states: ["CapsLock"] })).toBe("key");
		expect(plan({ code: "KeyA", key: "a", shiftKey: true, states: ["CapsLock"] })).toBe("key");
		expect(plan({ code: "KeyA", key: "A" })).toBe("text");
	});

	it("sends shortcuts by position whatever the layout", () => {
		expect(plan({ code: "KeyQ", key: "a", ctrlKey: true })).toBe("key");
		expect(plan({ code: "KeyZ", key: "y", metaKey: true })).toBe("key");
	});

	it("types what AltGr gives", () => {
		const altGr = { ctrlKey: true, altKey: true, states: ["AltGraph"] };
		expect(plan({ code: "KeyE", key: "€", ...altGr })).toBe("text");
	});

	it("leaves dead keys, what follows them and input methods to the browser", () => {
		expect(plan({ code: "Equal", key: "Dead" })).toBe("compose");
		expect(plan({ code: "KeyE", key: "e" }, true, true)).toBe("compose");
		expect(plan({ code: "KeyN", key: "Process" })).toBe("compose");
		expect(plan({ code: "KeyN", key: "n", isComposing: true })).toBe("compose");
		expect(plan({ key: "Unidentified" })).toBe("compose");
	});

	it("sends named keys by position, also after a dead key", () => {
		expect(plan({ code: "Enter", key: "Enter" })).toBe("key");
		expect(plan({ code: "ShiftLeft", key: "Shift" }, true, true)).toBe("key");
	});

	it("types everything as text on a device without keys", () => {
		expect(plan({ code: "KeyA", key: "a" }, false)).toBe("text");
	});
});

describe("usCharacter", () => {
	it.each([
		["KeyZ", "z", "Z"],
		["Digit0", "0", ")"],
		["Digit9", "9", "("],
		["Backslash", "\\", "|"],
		["Quote", "'", '"'],
		["Space", " ", " "],
		["Numpad5", "5", "5"],
		["NumpadAdd", "+", "+"],
	])("knows what %s gives", (code, plain, shifted) => {
		expect(usCharacter(code, false)).toBe(plain);
		expect(usCharacter(code, true)).toBe(shifted);
	});

	it("knows of no character for keys that give none", () => {
		for (const code of ["Enter", "F1", "KeyAA", "Digit10", "IntlBackslash", "constructor", ""]) {
			expect(usCharacter(code, false)).toBeUndefined();
		}
	});
});
