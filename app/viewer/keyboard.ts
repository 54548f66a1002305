import type { HeldInput } from "./held-input.ts";
import { planKey } from "./key-plan.ts";

/** What the keyboard needs to know of the device and whom it tells of the release chord. */
export interface KeyboardOptions {
	readonly input: HeldInput;
	takesKeys(): boolean;
	takesText(): boolean;
	/** The person asked to have the keyboard back. */
	onRelease(): void;
}

/** Most characters in one text message: 4,096 bytes of UTF-8 at up to four bytes each. */
const MAX_TEXT = 1024;
/** What a soft keyboard's edits mean as keys; it names no key for them. */
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
		// It toggles, and macOS tells of going on as down and of going off as up; so it is never held.
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
		// macOS tells of no key that goes up while Command is down.
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
			// A composition's text was sent when it ended; some browsers tell of it again here.
			if (event.inputType === "insertFromComposition") return;
			const code = editKeys.get(event.inputType);
			if (code) tap(code);
			else if (event.data) type(event.data);
			field.value = "";
		},
		{ signal },
	);
	// A soft keyboard can only delete where there is something; it is asked before it finds the field empty.
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
