/**
 * Keys by position: W3C `KeyboardEvent.code` to usages of the keyboard page (7) of USB HID Usage Tables 1.5, section 10.
 */
const letters = Object.fromEntries(
	[..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter, index) => [`Key${letter}`, 0x04 + index]),
);
const digits = Object.fromEntries([..."1234567890"].map((digit, index) => [`Digit${digit}`, 0x1e + index]));
const functionKeys = Object.fromEntries([
	...Array.from({ length: 12 }, (_, index) => [`F${index + 1}`, 0x3a + index]),
	...Array.from({ length: 12 }, (_, index) => [`F${index + 13}`, 0x68 + index]),
]);
const numpadDigits = Object.fromEntries(
	[..."1234567890"].map((digit, index) => [`Numpad${digit}`, 0x59 + index]),
);

const usages = new Map<string, number>(
	Object.entries({
		...letters,
		...digits,
		...functionKeys,
		...numpadDigits,
		Enter: 0x28,
		Escape: 0x29,
		Backspace: 0x2a,
		Tab: 0x2b,
		Space: 0x2c,
		Minus: 0x2d,
		Equal: 0x2e,
		BracketLeft: 0x2f,
		BracketRight: 0x30,
		Backslash: 0x31,
		Semicolon: 0x33,
		Quote: 0x34,
		Backquote: 0x35,
		Comma: 0x36,
		Period: 0x37,
		Slash: 0x38,
		CapsLock: 0x39,
		PrintScreen: 0x46,
		ScrollLock: 0x47,
		Pause: 0x48,
		Insert: 0x49,
		Home: 0x4a,
		PageUp: 0x4b,
		Delete: 0x4c,
		End: 0x4d,
		PageDown: 0x4e,
		ArrowRight: 0x4f,
		ArrowLeft: 0x50,
		ArrowDown: 0x51,
		ArrowUp: 0x52,
		NumLock: 0x53,
		NumpadDivide: 0x54,
		NumpadMultiply: 0x55,
		NumpadSubtract: 0x56,
		NumpadAdd: 0x57,
		NumpadEnter: 0x58,
		NumpadDecimal: 0x63,
		IntlBackslash: 0x64,
		ContextMenu: 0x65,
		NumpadEqual: 0x67,
		Help: 0x75,
		Undo: 0x7a,
		Cut: 0x7b,
		Copy: 0x7c,
		Paste: 0x7d,
		Find: 0x7e,
		AudioVolumeMute: 0x7f,
		AudioVolumeUp: 0x80,
		AudioVolumeDown: 0x81,
		NumpadComma: 0x85,
		IntlRo: 0x87,
		KanaMode: 0x88,
		IntlYen: 0x89,
		Convert: 0x8a,
		NonConvert: 0x8b,
		Lang1: 0x90,
		Lang2: 0x91,
		Lang3: 0x92,
		Lang4: 0x93,
		Lang5: 0x94,
		ControlLeft: 0xe0,
		ShiftLeft: 0xe1,
		AltLeft: 0xe2,
		MetaLeft: 0xe3,
		ControlRight: 0xe4,
		ShiftRight: 0xe5,
		AltRight: 0xe6,
		MetaRight: 0xe7,
		// Names that older browsers give to keys above
		OSLeft: 0xe3,
		OSRight: 0xe7,
	}),
);

/** The usage of a DOM `KeyboardEvent.code`; undefined for what the page has no key for. */
export function keyUsageOf(code: string): number | undefined {
	return usages.get(code);
}

/** Every DOM code that has a usage. */
export function knownKeyCodes(): string[] {
	return [...usages.keys()];
}

/** A key of a US keyboard by its DOM code, and whether Shift goes with it. */
interface AsciiKey {
	readonly code: string;
	readonly shift: boolean;
}

const keys = new Map<string, AsciiKey>();

const add = (code: string, plain: string, shifted?: string): void => {
	keys.set(plain, { code, shift: false });
	if (shifted !== undefined) keys.set(shifted, { code, shift: true });
};

for (const letter of "abcdefghijklmnopqrstuvwxyz") {
	add(`Key${letter.toUpperCase()}`, letter, letter.toUpperCase());
}
[...")!@#$%^&*("].forEach((symbol, digit) => {
	add(`Digit${digit}`, String(digit), symbol);
});
add("Minus", "-", "_");
add("Equal", "=", "+");
add("BracketLeft", "[", "{");
add("BracketRight", "]", "}");
add("Backslash", "\\", "|");
add("Semicolon", ";", ":");
add("Quote", "'", '"');
add("Backquote", "`", "~");
add("Comma", ",", "<");
add("Period", ".", ">");
add("Slash", "/", "?");
add("Space", " ");
add("Enter", "\n");
add("Tab", "\t");
keys.set("\r", { code: "Enter", shift: false });

/** The key that types a character on a US keyboard; undefined where it has none. */
export function asciiKeyOf(character: string): AsciiKey | undefined {
	return keys.get(character);
}
