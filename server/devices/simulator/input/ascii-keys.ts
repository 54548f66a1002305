/** A key of a US keyboard by its DOM code, and whether Shift goes with it. */
export interface AsciiKey {
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
