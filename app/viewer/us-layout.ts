const digits = ")!@#$%^&*(";

/** What the other printable keys give on a US keyboard, without and with Shift. */
const marks = new Map([
	["Backquote", "`~"],
	["Minus", "-_"],
	["Equal", "=+"],
	["BracketLeft", "[{"],
	["BracketRight", "]}"],
	["Backslash", "\\|"],
	["Semicolon", ";:"],
	["Quote", "'\""],
	["Comma", ",<"],
	["Period", ".>"],
	["Slash", "/?"],
	["Space", "  "],
	["NumpadAdd", "++"],
	["NumpadSubtract", "--"],
	["NumpadMultiply", "**"],
	["NumpadDivide", "//"],
	["NumpadDecimal", ".."],
]);

/** The character a key gives on a US keyboard, or undefined for a key that gives none. */
export function usCharacter(code: string, shift: boolean): string | undefined {
	const letter = /^Key([A-Z])$/.exec(code)?.[1];
	if (letter) return shift ? letter : letter.toLowerCase();
	const digit = /^Digit(\d)$/.exec(code)?.[1];
	if (digit) return shift ? digits[Number(digit)] : digit;
	return /^Numpad(\d)$/.exec(code)?.[1] ?? marks.get(code)?.[shift ? 1 : 0];
}
