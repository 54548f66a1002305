import { describe, expect, it } from "vitest";
import { type KeyLike, planKey } from "../../../app/viewer/key-plan.ts";

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
