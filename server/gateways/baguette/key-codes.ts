import type { Modifier } from "./gesture.ts";

const NAMED = [
	"Enter",
	"Escape",
	"Backspace",
	"Tab",
	"Space",
	"ArrowLeft",
	"ArrowRight",
	"ArrowUp",
	"ArrowDown",
	"Minus",
	"Equal",
	"BracketLeft",
	"BracketRight",
	"Backslash",
	"Semicolon",
	"Quote",
	"Backquote",
	"Comma",
	"Period",
	"Slash",
];

const NAMES: ReadonlySet<string> = new Set(NAMED);

/** The codes that Baguette takes, in its words. */
export const CODES_IN_WORDS =
	"W3C KeyboardEvent.code (KeyA-Z, Digit0-9, Enter, Escape, Backspace, Tab, Space, Arrow*, common punctuation)";

/** Whether Baguette takes a DOM `KeyboardEvent.code`. */
export function isKnownCode(code: string): boolean {
	return NAMES.has(code) || /^(Key[A-Z]|Digit[0-9])$/.test(code);
}

/** The key of a modifier: that on the left. */
export const MODIFIER_CODES: Readonly<Record<Modifier, string>> = {
	control: "ControlLeft",
	shift: "ShiftLeft",
	option: "AltLeft",
	command: "MetaLeft",
};

/** Whether text can be typed on a keyboard of the US: printable ASCII. */
export function isTypable(text: string): boolean {
	return /^[ -~]*$/.test(text);
}
