import type { Clock } from "../clock.ts";
import type { Contact, InputSink } from "../provider.ts";
import type { KeyAction } from "./parts/text-field.ts";
import type { PhoneScreen } from "./phone-screen.ts";

const VOLUME_BUTTONS = new Map([
	["volume-up", 1],
	["volume-down", -1],
]);

/** Passes input on to the demo's screen; `onInput` is called when it may have changed something. */
export class DemoInput implements InputSink {
	readonly #screen: PhoneScreen;
	readonly #onInput: () => void;
	readonly #keyboard = new UsKeyboard();
	readonly #repeat: KeyRepeat;

	constructor(screen: PhoneScreen, clock: Clock, onInput: () => void) {
		this.#screen = screen;
		this.#onInput = onInput;
		this.#repeat = new KeyRepeat(clock);
	}

	pointer(x: number, y: number, buttons: number): void {
		this.#screen.pointer(x, y, buttons !== 0);
		this.#onInput();
	}

	wheel(_x: number, _y: number, dx: number, dy: number): void {
		this.#screen.wheel(dx, dy);
		this.#onInput();
	}

	key(code: string, down: boolean): void {
		if (!down) {
			this.#keyboard.release(code);
			this.#repeat.stop(code);
			return;
		}
		if (this.#keyboard.isHeld(code)) return;
		const action = this.#keyboard.press(code);
		if (!action) return;
		const act = () => {
			this.#screen.edit(action);
			this.#onInput();
		};
		act();
		if (action.type !== "enter" && action.type !== "clear") this.#repeat.start(code, act);
	}

	text(text: string): void {
		this.#screen.insert(text);
		this.#onInput();
	}

	touch(contacts: readonly Contact[]): void {
		this.#screen.touch(contacts);
		this.#onInput();
	}

	button(id: string, down: boolean): void {
		if (!down) return this.#repeat.stop(id);
		const by = VOLUME_BUTTONS.get(id);
		if (by !== undefined) {
			const act = () => {
				this.#screen.changeVolume(by);
				this.#onInput();
			};
			act();
			return this.#repeat.start(id, act);
		}
		if (id === "home") this.#screen.home();
		else if (id === "rotate") this.#screen.rotate();
		else if (id === "lock") this.#screen.lock();
		this.#onInput();
	}

	/** Releases everything that is held. */
	releaseAll(): void {
		this.#repeat.stop();
		this.#keyboard.releaseAll();
		this.#screen.touch([]);
		this.#screen.pointer(0, 0, false);
	}
}

/** How long a key is held before it repeats, and then how often, ms. */
const DELAY = 450;
const INTERVAL = 35;

/** Repeats the last key that went down for as long as it is held, as a keyboard's driver does. */
class KeyRepeat {
	readonly #clock: Clock;
	#code: string | undefined;
	#cancel: (() => void) | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	start(code: string, action: () => void): void {
		this.stop();
		this.#code = code;
		const again = () => {
			this.#cancel = this.#clock.after(INTERVAL, again);
			action();
		};
		this.#cancel = this.#clock.after(DELAY, again);
	}

	/** Ends the repeat of one key, or of whichever repeats. */
	stop(code: string | undefined = this.#code): void {
		if (code !== this.#code) return;
		this.#cancel?.();
		this.#cancel = undefined;
		this.#code = undefined;
	}
}

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
		NumpadEqual: "==",
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
