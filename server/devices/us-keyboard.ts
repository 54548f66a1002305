const DIGITS = ")!@#$%^&*(";

/** What the other printable keys give, without and with Shift. */
const MARKS = new Map([
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
	["NumpadEqual", "=="],
]);

/** The character that a key gives on a US keyboard; undefined for a key that gives none. */
export function usCharacter(code: string, shift: boolean): string | undefined {
	const letter = /^Key([A-Z])$/.exec(code)?.[1];
	if (letter) return shift ? letter : letter.toLowerCase();
	const digit = /^Digit(\d)$/.exec(code)?.[1];
	if (digit) return shift ? DIGITS[Number(digit)] : digit;
	return /^Numpad(\d)$/.exec(code)?.[1] ?? MARKS.get(code)?.[shift ? 1 : 0];
}

/** A key with or without Shift. */
interface UsKey {
	readonly code: string;
	readonly shift: boolean;
}

const keys = new Map<string, UsKey>();
const writing = [
	...Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (letter) => `Key${letter}`),
	...Array.from("0123456789", (digit) => `Digit${digit}`),
	...[...MARKS.keys()].filter((code) => !code.startsWith("Numpad")),
];
for (const shift of [false, true]) {
	for (const code of writing) {
		const character = usCharacter(code, shift);
		if (character !== undefined && !keys.has(character)) keys.set(character, { code, shift });
	}
}

/** The key of a US keyboard that gives a character, not one of its number pad; undefined for what none gives. */
export function usKeyOf(character: string): UsKey | undefined {
	return keys.get(character);
}
