import type { ClipboardBytes } from "../../../signaling/protocol/clipboard.ts";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import type { PageClipboard } from "../clipboard.ts";
import type { InputSender } from "./input-sender.ts";

/** The modifier of a device's own shortcuts. */
type Shortcut = NonNullable<DeviceDescription["clipboard"]>["shortcut"];

interface PasteOptions {
	readonly input: InputSender;
	readonly clipboard: PageClipboard;
	/** What the device does with a clipboard; nothing is pasted where it takes none. */
	device(): DeviceDescription["clipboard"];
	/** As of the keyboard. */
	byPosition(): boolean;
	/** Reads a paste event's content. */
	read(data: DataTransfer | null): Promise<ClipboardBytes | undefined>;
}

/**
 * How long after the key the browser may send its paste event, ms. macOS makes it a command of the menu, which comes
 * after the key; where none comes there is nothing to paste.
 */
const PASTE_FOLLOWS = 150;

/**
 * Has the browser's own shortcuts paste into the device: its clipboard is set first, then the key arrives as it was pressed.
 * The paste event gives the content without asking for permission. Attach it before the keyboard, from which it takes
 * those keys. Returns a function that stops it.
 */
export function attachPaste(field: HTMLTextAreaElement, options: PasteOptions): () => void {
	const { input, clipboard } = options;
	const listening = new AbortController();
	const { signal } = listening;
	/** A shortcut went down whose paste event has not come yet. */
	let expected: { readonly code: string; readonly timer: number; readonly release: () => void } | undefined;

	/** It has come, or never will. */
	function settle(): typeof expected {
		const settled = expected;
		expected = undefined;
		clearTimeout(settled?.timer);
		return settled;
	}

	function down(event: KeyboardEvent): void {
		const device = options.device();
		if (!device?.in || !isPasteShortcut(event)) return;
		// The keyboard would keep it from the browser.
		event.stopImmediatePropagation();
		if (event.repeat) return event.preventDefault();
		settle()?.release();
		const release = clipboard.hold();
		pressFor(event, device.shortcut, options);
		expected = {
			code: event.code,
			timer: window.setTimeout(() => settle()?.release(), PASTE_FOLLOWS),
			release,
		};
	}

	async function paste(event: ClipboardEvent): Promise<void> {
		const device = options.device();
		if (!device?.in) return;
		event.preventDefault();
		const awaited = settle();
		// A menu or a soft keyboard pasted, so the keys are ours to press.
		const release = awaited?.release ?? clipboard.hold();
		if (!awaited) pressPaste(input, device.shortcut);
		try {
			// A rejection is of a file that went away: there is nothing to paste.
			const content = await options.read(event.clipboardData).catch(() => undefined);
			if (content && !(await clipboard.give(content))) clipboard.dropKey(awaited?.code ?? PASTE_KEY);
		} finally {
			release();
		}
	}

	field.addEventListener("keydown", down, { signal, capture: true });
	field.addEventListener("paste", (event) => void paste(event), { signal });
	return () => {
		settle()?.release();
		listening.abort();
	};
}

const PASTE_KEY = "KeyV";

/** Presses the device's shortcut for paste. */
export function pressPaste(input: InputSender, shortcut: Shortcut): void {
	const modifier = shortcut === "meta" ? "MetaLeft" : "ControlLeft";
	input.send({ type: "key", code: modifier, down: true });
	input.send({ type: "press", code: PASTE_KEY, character: "v", shortcut: true });
	input.send({ type: "key", code: PASTE_KEY, down: false });
	input.send({ type: "key", code: modifier, down: false });
}

/** As much of a keyboard event as says that the browser will paste. */
export interface ShortcutLike {
	readonly code: string;
	readonly key: string;
	readonly shiftKey: boolean;
	readonly ctrlKey: boolean;
	readonly altKey: boolean;
	readonly metaKey: boolean;
}

/** Control or Command with V, and with Shift too, as terminals want it; Shift with Insert. */
export function isPasteShortcut({ code, key, shiftKey, ctrlKey, altKey, metaKey }: ShortcutLike): boolean {
	if (altKey) return false;
	if (code === "Insert") return shiftKey && !ctrlKey && !metaKey;
	// On layouts of other scripts, browsers go by the place of the key.
	const isV = key.toLowerCase() === "v" || (code === PASTE_KEY && !/^[a-z]$/i.test(key));
	return isV && ctrlKey !== metaKey;
}

/** Presses the key as the user did, but with the device's own modifier where theirs is another system's. */
function pressFor(event: KeyboardEvent, shortcut: Shortcut, { input, byPosition }: PasteOptions): void {
	const { code, key, metaKey, shiftKey } = event;
	if (code === "Insert" || byPosition()) return input.send({ type: "key", code, down: true });
	if (shortcut === undefined || shortcut === (metaKey ? "meta" : "control")) {
		const character = /^v$/i.test(key) ? key : shiftKey ? "V" : "v";
		return input.send({ type: "press", code, character, shortcut: true });
	}
	const held = ["ControlLeft", "ControlRight", "MetaLeft", "MetaRight"].filter((code) =>
		input.holdsKey(code),
	);
	for (const code of held) input.send({ type: "key", code, down: false });
	pressPaste(input, shortcut);
	// The user still holds theirs, and may go on with it.
	for (const code of held) input.send({ type: "key", code, down: true });
}
