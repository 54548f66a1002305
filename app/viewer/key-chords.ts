import type { HeldInput } from "./held-input.ts";

/** Keys pressed together, by `KeyboardEvent.code`, in the order they go down. */
export interface KeyChord {
	readonly name: string;
	readonly codes: readonly string[];
}

/** What browsers and systems keep for themselves. */
export const keyChords: readonly KeyChord[] = [
	{ name: "Ctrl + Alt + Del", codes: ["ControlLeft", "AltLeft", "Delete"] },
	{ name: "Alt + Tab", codes: ["AltLeft", "Tab"] },
	{ name: "Alt + F4", codes: ["AltLeft", "F4"] },
	{ name: "Super", codes: ["MetaLeft"] },
	{ name: "Esc", codes: ["Escape"] },
	{ name: "Ctrl + W", codes: ["ControlLeft", "KeyW"] },
	{ name: "Ctrl + T", codes: ["ControlLeft", "KeyT"] },
	{ name: "F11", codes: ["F11"] },
	{ name: "Print screen", codes: ["PrintScreen"] },
];

/** Presses and releases a chord on the device. */
export function pressChord(input: HeldInput, { codes }: KeyChord): void {
	for (const code of codes) input.send({ type: "key", code, down: true });
	for (const code of codes.toReversed()) input.send({ type: "key", code, down: false });
}
