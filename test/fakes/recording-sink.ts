import type { Contact, InputSink } from "../../server/devices/provider.ts";
import type { CharacterKey, Notches } from "../../signaling/protocol/input.ts";

/** One call of an input sink, as a tuple of its name and arguments. */
export type SinkCall =
	| ["pointer", number, number, number]
	| ["wheel", number, number, number, number]
	| ["wheel", number, number, number, number, Notches]
	| ["press", CharacterKey]
	| ["key", string, boolean]
	| ["text", string]
	| ["touch", readonly Contact[]]
	| ["button", string, boolean];

/** Keeps every call; throws in place of the device when `refuses` is set. */
export class RecordingSink implements Required<InputSink> {
	readonly calls: SinkCall[] = [];
	refuses = false;

	pointer(x: number, y: number, buttons: number): void {
		this.#take(["pointer", x, y, buttons]);
	}

	wheel(x: number, y: number, dx: number, dy: number, notches?: Notches): void {
		this.#take(notches ? ["wheel", x, y, dx, dy, notches] : ["wheel", x, y, dx, dy]);
	}

	key(code: string, down: boolean): void {
		this.#take(["key", code, down]);
	}

	press(key: CharacterKey): void {
		this.#take(["press", key]);
	}

	text(text: string): void {
		this.#take(["text", text]);
	}

	touch(contacts: readonly Contact[]): void {
		this.#take(["touch", contacts]);
	}

	button(id: string, down: boolean): void {
		this.#take(["button", id, down]);
	}

	/** The calls since the last time this was asked. */
	drain(): SinkCall[] {
		return this.calls.splice(0);
	}

	#take(call: SinkCall): void {
		if (this.refuses) throw new Error("The device takes no input.");
		this.calls.push(call);
	}
}
