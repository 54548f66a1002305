import type { InputSender } from "./input-sender.ts";

/** What the device takes, and what to do on the release chord. */
interface KeyboardOptions {
	readonly input: InputSender;
	takesKeys(): boolean;
	takesText(): boolean;
	/** The user pressed the release chord. */
	onRelease(): void;
}

/** Most characters in one text message: 4,096 bytes of UTF-8 at up to four bytes each. */
const MAX_TEXT = 1024;
/** Edits of a soft keyboard as keys; its key events name none. */
const editKeys = new Map([
	["deleteContentBackward", "Backspace"],
	["deleteContentForward", "Delete"],
	["insertLineBreak", "Enter"],
	["insertParagraph", "Enter"],
]);

/**
 * Sends all that is typed into a hidden text field to the device. The field lets input methods, dead keys and soft
 * keyboards do their work; what they commit goes as text. Returns a function that stops it.
 *
 * Control, Alt and Shift together give the keyboard back to the page.
 */
export function attachKeyboard(field: HTMLTextAreaElement, options: KeyboardOptions): () => void {
	const { input } = options;
	const listening = new AbortController();
	const { signal } = listening;
	let afterDeadKey = false;
	let composing = false;

	function type(text: string): void {
		if (!options.takesText()) return;
		const characters = [...text];
		for (let at = 0; at < characters.length; at += MAX_TEXT) {
			input.send({ type: "text", text: characters.slice(at, at + MAX_TEXT).join("") });
		}
	}

	function tap(code: string): void {
		if (!options.takesKeys()) return;
		input.send({ type: "key", code, down: true });
		input.send({ type: "key", code, down: false });
	}

	function down(event: KeyboardEvent): void {
		if (event.ctrlKey && event.altKey && event.shiftKey && !event.getModifierState("AltGraph")) {
			event.preventDefault();
			input.release();
			options.onRelease();
			return;
		}
		// Windows reports AltGr as Control and Alt; the Control that came first was never meant.
		if (event.key === "AltGraph") {
			event.preventDefault();
			if (input.holdsKey("ControlLeft")) input.send({ type: "key", code: "ControlLeft", down: false });
			return;
		}
		const plan = planKey(event, options.takesKeys(), afterDeadKey);
		if (!isModifier(event.key)) afterDeadKey = event.key === "Dead";
		if (plan === "compose") return;
		event.preventDefault();
		if (plan === "text") type(event.key);
		// It toggles, and macOS reports switching on as down and switching off as up; so it is never held.
		else if (event.code === "CapsLock") tap(event.code);
		// A held key repeats on the device itself.
		else if (!event.repeat && options.takesKeys()) input.send({ type: "key", code: event.code, down: true });
	}

	function up(event: KeyboardEvent): void {
		if (input.holdsKey(event.code)) {
			event.preventDefault();
			input.send({ type: "key", code: event.code, down: false });
		}
		if (event.code === "CapsLock" && /mac/i.test(navigator.platform)) tap(event.code);
		// macOS reports no key that goes up while Command is down.
		if (event.key === "Meta" && input.holding) input.release();
	}

	field.addEventListener("keydown", down, { signal });
	field.addEventListener("keyup", up, { signal });
	field.addEventListener("compositionstart", () => (composing = true), { signal });
	field.addEventListener(
		"compositionend",
		(event) => {
			composing = false;
			afterDeadKey = false;
			if (event.data) type(event.data);
			field.value = "";
		},
		{ signal },
	);
	field.addEventListener(
		"input",
		(event) => {
			if (composing || !isInput(event) || event.isComposing) return;
			// A composition's text was sent when it ended; some browsers report it again here.
			if (event.inputType === "insertFromComposition") return;
			const code = editKeys.get(event.inputType);
			if (code) tap(code);
			else if (event.data) type(event.data);
			field.value = "";
		},
		{ signal },
	);
	// A soft keyboard sends no input event for a deletion in an empty field, only this one before it.
	field.addEventListener(
		"beforeinput",
		(event) => {
			const code = field.value === "" ? editKeys.get(event.inputType) : undefined;
			if (!code || event.isComposing) return;
			event.preventDefault();
			tap(code);
		},
		{ signal },
	);
	field.addEventListener("blur", () => (afterDeadKey = false), { signal });
	return () => listening.abort();
}

function isModifier(key: string): boolean {
	return ["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock"].includes(key);
}

function isInput(event: Event): event is InputEvent {
	return "inputType" in event;
}

/** The part of a KeyboardEvent that decides where a key goes. */
export interface KeyLike {
	readonly code: string;
	readonly key: string;
	readonly shiftKey: boolean;
	readonly ctrlKey: boolean;
	readonly altKey: boolean;
	readonly metaKey: boolean;
	readonly isComposing: boolean;
	getModifierState(name: string): boolean;
}

/**
 * What to do with a key that goes down: send it by position, type its character as text, or leave it to the browser,
 * whose input method or soft keyboard will give text in its own time.
 */
type KeyPlan = "key" | "text" | "compose";

/**
 * Keys go by position, since programs on the device want keys that can be held and combined. The host knows nothing of
 * this keyboard's layout, so a character that its US position would not give goes as text.
 *
 * @param takesKeys Whether the device takes keys at all; if not, only text can be sent.
 * @param afterDeadKey The key before was a dead key, so this one completes a character.
 */
export function planKey(event: KeyLike, takesKeys: boolean, afterDeadKey: boolean): KeyPlan {
	const { key } = event;
	if (event.isComposing || key === "Process" || key === "Dead" || key === "Unidentified") return "compose";
	if (!isCharacter(key)) return "key";
	if (afterDeadKey) return "compose";
	if (event.code === "") return "text";
	// With AltGr, Ctrl and Alt are part of typing the character; else they make a shortcut, which goes by position.
	const typing = event.getModifierState("AltGraph") || !(event.ctrlKey || event.altKey || event.metaKey);
	if (!typing) return "key";
	if (!takesKeys) return "text";
	return givesSame(event) ? "key" : "text";
}

/** One user-visible character rather than a name such as `Enter`. */
function isCharacter(key: string): boolean {
	return [...key].length === 1;
}

function givesSame(event: KeyLike): boolean {
	const there = usCharacter(event.code, event.shiftKey);
	if (there === undefined || there === event.key) return there !== undefined;
	// Caps Lock reaches the device as a key of its own, so that case agrees there when it does here.
	return event.getModifierState("CapsLock") && there.toLowerCase() === event.key.toLowerCase();
}

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
