/** What a key means to the text field. */
export type KeyAction =
	| { type: "insert"; text: string }
	| { type: "backspace" | "delete" | "left" | "right" | "start" | "end" | "enter" | "clear" };

/** Keys that are the same on every level. */
const EDITING = new Map<string, KeyAction>(
	Object.entries({
		Backspace: { type: "backspace" },
		Delete: { type: "delete" },
		ArrowLeft: { type: "left" },
		ArrowRight: { type: "right" },
		ArrowUp: { type: "start" },
		ArrowDown: { type: "end" },
		Home: { type: "start" },
		End: { type: "end" },
		Enter: { type: "enter" },
		NumpadEnter: { type: "enter" },
		Escape: { type: "clear" },
		Space: { type: "insert", text: " " },
	} satisfies Record<string, KeyAction>),
);

/** Plain and shifted character of each key that is neither letter nor editing key. */
const SYMBOLS = new Map(
	Object.entries({
		Backquote: "`~",
		Digit1: "1!",
		Digit2: "2@",
		Digit3: "3#",
		Digit4: "4$",
		Digit5: "5%",
		Digit6: "6^",
		Digit7: "7&",
		Digit8: "8*",
		Digit9: "9(",
		Digit0: "0)",
		Minus: "-_",
		Equal: "=+",
		BracketLeft: "[{",
		BracketRight: "]}",
		Backslash: "\\|",
		IntlBackslash: "<>",
		Semicolon: ";:",
		Quote: "'\"",
		Comma: ",<",
		Period: ".>",
		Slash: "/?",
		NumpadDivide: "//",
		NumpadMultiply: "**",
		NumpadSubtract: "--",
		NumpadAdd: "++",
		NumpadDecimal: "..",
	}),
);

/** The device's keyboard: turns keys by position into text as a US layout does, with Shift and Caps Lock. */
export class UsKeyboard {
	readonly #held = new Set<string>();
	#capsLock = false;

	/** What a key that goes down does; undefined for modifiers, chords and keys without a meaning here. */
	press(code: string): KeyAction | undefined {
		if (code === "CapsLock" && !this.#held.has(code)) this.#capsLock = !this.#capsLock;
		this.#held.add(code);
		if (this.#holds("Control") || this.#holds("Alt") || this.#holds("Meta")) return undefined;
		return EDITING.get(code) ?? this.#character(code);
	}

	release(code: string): void {
		this.#held.delete(code);
	}

	isHeld(code: string): boolean {
		return this.#held.has(code);
	}

	releaseAll(): void {
		this.#held.clear();
	}

	#character(code: string): KeyAction | undefined {
		const shift = this.#holds("Shift");
		if (/^Key[A-Z]$/.test(code)) {
			const letter = code.slice(3);
			return { type: "insert", text: shift === this.#capsLock ? letter.toLowerCase() : letter };
		}
		if (/^Numpad[0-9]$/.test(code)) return { type: "insert", text: code.slice(6) };
		const text = SYMBOLS.get(code)?.[shift ? 1 : 0];
		return text === undefined ? undefined : { type: "insert", text };
	}

	#holds(modifier: "Shift" | "Control" | "Alt" | "Meta"): boolean {
		return this.#held.has(`${modifier}Left`) || this.#held.has(`${modifier}Right`);
	}
}
