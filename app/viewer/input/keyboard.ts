import type { InputSender } from "./input-sender.ts";

/** What the device takes, and what to do on the release chord. */
interface KeyboardOptions {
	readonly input: InputSender;
	takesKeys(): boolean;
	takesText(): boolean;
	/** Keys are to be what they are on the device's own keyboard, by where they are: games want that. */
	byPosition(): boolean;
	/** The user pressed the release chord. */
	onRelease(): void;
}

/** Most characters in one text message: 4,096 bytes of UTF-8 at up to four bytes each. */
const MAX_TEXT = 1024;
/** Modifiers by the names that a keyboard may give to another key. */
const modifierCodes = new Map([
	["Control", "ControlLeft"],
	["Shift", "ShiftLeft"],
	["Alt", "AltLeft"],
	["Meta", "MetaLeft"],
]);
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
	/** What was sent for each position that is held, where that is another. */
	const sentAs = new Map<string, string>();
	const isMac = /mac/i.test(navigator.platform);

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
		const plan = planKey(event, {
			takesKeys: options.takesKeys(),
			byPosition: options.byPosition(),
			afterDeadKey,
			isMac,
		});
		if (!isModifier(event.key)) afterDeadKey = event.key === "Dead";
		if (plan === "compose") return;
		event.preventDefault();
		if (plan === "text") return type(event.key);
		if (plan === "none" || !options.takesKeys()) return;
		// It toggles, and macOS reports switching on as down and switching off as up; so it is never held.
		if (event.code === "CapsLock" && plan === "position") return tap(event.code);
		if (plan === "write" || plan === "shortcut") {
			const { code, key: character } = event;
			input.send({ type: "press", code, character, shortcut: plan === "shortcut" });
			return;
		}
		// A held key repeats on the device itself.
		if (event.repeat) return;
		const code = plan === "position" ? event.code : codeOfNamedKey(event);
		sentAs.set(event.code, code);
		input.send({ type: "key", code, down: true });
	}

	function up(event: KeyboardEvent): void {
		const code = sentAs.get(event.code) ?? event.code;
		sentAs.delete(event.code);
		if (input.holdsKey(code)) {
			event.preventDefault();
			input.send({ type: "key", code, down: false });
		}
		if (event.code === "CapsLock" && isMac && options.byPosition()) tap(event.code);
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
	field.addEventListener(
		"blur",
		() => {
			afterDeadKey = false;
			sentAs.clear();
		},
		{ signal },
	);
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
	readonly ctrlKey: boolean;
	readonly altKey: boolean;
	readonly metaKey: boolean;
	readonly isComposing: boolean;
	getModifierState(name: string): boolean;
}

/** What decides besides. */
interface KeyCircumstances {
	/** The device takes keys at all; if not, only text can be sent. */
	readonly takesKeys: boolean;
	readonly byPosition: boolean;
	/** The key before was a dead key, so this one completes a character. */
	readonly afterDeadKey: boolean;
	/** Option gives characters, as AltGr does elsewhere. */
	readonly isMac: boolean;
}

/**
 * What to do with a key that goes down: press the key of this name (`named`) or at this place (`position`) on the device,
 * or the one that gives this character there, to write it or as part of a shortcut; type its character as text; leave it to
 * the browser, whose input method or soft keyboard will give text in its own time (`compose`); or nothing.
 */
type KeyPlan = "named" | "position" | "write" | "shortcut" | "text" | "compose" | "none";

/**
 * The page knows what its user's keyboard gives, with its layout and its locks, and the device's end knows its own. So a
 * character goes as such, and locks stay here: they have had their effect.
 */
export function planKey(event: KeyLike, now: KeyCircumstances): KeyPlan {
	const { key, code } = event;
	if (event.isComposing || key === "Unidentified") return "compose";
	if (now.byPosition && now.takesKeys && code !== "") return "position";
	if (key === "Process" || key === "Dead") return "compose";
	if (key === "CapsLock" || key === "NumLock") return "none";
	if (!isCharacter(key)) return "named";
	if (now.afterDeadKey) return "compose";
	const isWriting =
		event.getModifierState("AltGraph") || !(event.ctrlKey || event.metaKey || (event.altKey && !now.isMac));
	if (!now.takesKeys) return isWriting ? "text" : "none";
	if (code === "") return "text";
	return isWriting ? "write" : "shortcut";
}

/** One user-visible character rather than a name such as `Enter`. */
function isCharacter(key: string): boolean {
	return [...key].length === 1;
}

/**
 * The code of a key by its name, where its position says another: the number pad without Num Lock, Caps Lock that was made
 * another key, and an Alt on the right, which may be AltGr on the device.
 */
function codeOfNamedKey({ code, key }: KeyLike): string {
	if (/^Numpad(\d|Decimal)$/.test(code)) return key === "Clear" ? code : key;
	if (code === "CapsLock" || (code === "AltRight" && key === "Alt")) return modifierCodes.get(key) ?? key;
	return code;
}
