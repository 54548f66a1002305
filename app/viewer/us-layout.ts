const digits = ")!@#$%^&*(";

/** What the other printable keys give on a US keyboard, without and with Shift. */
const marks: Readonly<Record<string, string>> = {
	Backquote: "`~",
	Minus: "-_",
	Equal: "=+",
	BracketLeft: "[{",
	BracketRight: "]}",
	Backslash: "\\|",
	Semicolon: ";:",
	Quote: "'\"",
	Comma: ",<",
	Period: ".>",
	Slash: "/?",
	Space: "  ",
};

const numpad: Readonly<Record<string, string>> = {
	NumpadAdd: "+",
	NumpadSubtract: "-",
	NumpadMultiply: "*",
	NumpadDivide: "/",
	NumpadDecimal: ".",
};

/** The character a key gives on a US keyboard, or undefined for a key that gives none. */
export function usCharacter(code: string, shift: boolean): string | undefined {
	const letter = /^Key([A-Z])$/.exec(code)?.[1];
	if (letter) return shift ? letter : letter.toLowerCase();
	const digit = /^Digit(\d)$/.exec(code)?.[1];
	if (digit) return shift ? digits[Number(digit)] : digit;
	const padDigit = /^Numpad(\d)$/.exec(code)?.[1];
	return padDigit ?? numpad[code] ?? marks[code]?.[shift ? 1 : 0];
}
