import { usCharacter } from "./us-layout.ts";

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
export type KeyPlan = "key" | "text" | "compose";

/**
 * Keys go by position, since programs on the device want keys that can be held and combined. The host knows nothing of
 * this keyboard's layout, so a character that its US position would not give goes as text.
 *
 * @param takesKeys Whether the device takes keys at all; else all that can go is text.
 * @param afterDeadKey The key before was a dead one, so this one completes a character.
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
