import type { Clock } from "../clock.ts";
import type { Contact, InputSink } from "../provider.ts";
import { usCharacter } from "../us-keyboard.ts";
import type { DemoClipboard } from "./clipboard.ts";
import type { KeyAction } from "./parts/text-field.ts";
import type { PhoneScreen } from "./phone-screen.ts";

const VOLUME_BUTTONS = new Map([
	["volume-up", 1],
	["volume-down", -1],
]);

/** Passes input on to the demo's screen; `onInput` is called when it may have changed something. */
export class DemoInput implements InputSink {
	readonly #screen: PhoneScreen;
	readonly #clipboard: DemoClipboard;
	readonly #onInput: () => void;
	readonly #keyboard = new UsKeyboard();
	readonly #repeat: KeyRepeat;

	constructor(screen: PhoneScreen, clipboard: DemoClipboard, clock: Clock, onInput: () => void) {
		this.#screen = screen;
		this.#clipboard = clipboard;
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
		// Nothing can be selected in its field: all of it is copied.
		if (action.type === "copy") return this.#clipboard.copy(this.#screen.typed);
		const act = () => {
			if (action.type === "paste") this.#screen.insert(this.#clipboard.text);
			else this.#screen.edit(action);
			this.#onInput();
		};
		act();
		if (action.type !== "enter" && action.type !== "clear" && action.type !== "paste")
			this.#repeat.start(code, act);
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

/** What a key with Control or Command does. */
type ChordAction = { type: "copy" } | { type: "paste" };

const CHORDS = new Map<string, ChordAction>([
	["KeyC", { type: "copy" }],
	["KeyV", { type: "paste" }],
]);

/** The device's keyboard: turns keys by position into text as a US layout does, with Shift and Caps Lock. */
export class UsKeyboard {
	readonly #held = new Set<string>();
	#capsLock = false;

	/** What a key that goes down does; undefined for modifiers, and for chords and keys without a meaning here. */
	press(code: string): KeyAction | ChordAction | undefined {
		if (code === "CapsLock" && !this.#held.has(code)) this.#capsLock = !this.#capsLock;
		this.#held.add(code);
		if (this.#holds("Alt")) return undefined;
		if (this.#holds("Control") || this.#holds("Meta")) return CHORDS.get(code);
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
		const text = usCharacter(code, shift);
		return text === undefined ? undefined : { type: "insert", text };
	}

	#holds(modifier: "Shift" | "Control" | "Alt" | "Meta"): boolean {
		return this.#held.has(`${modifier}Left`) || this.#held.has(`${modifier}Right`);
	}
}
