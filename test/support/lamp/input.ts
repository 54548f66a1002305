import type { Contact, InputSink } from "../../../server/devices/provider.ts";

/** The space bar, a mouse button or a finger switches the lamp. Calls give whole states, so each has to remember the last. */
export class LampInput implements InputSink {
	readonly #toggle: () => void;
	#pressed = false;
	#touched = false;

	constructor(toggle: () => void) {
		this.#toggle = toggle;
	}

	pointer(_x: number, _y: number, buttons: number): void {
		const pressed = buttons !== 0;
		if (pressed && !this.#pressed) this.#toggle();
		this.#pressed = pressed;
	}

	touch(contacts: readonly Contact[]): void {
		const touched = contacts.length > 0;
		if (touched && !this.#touched) this.#toggle();
		this.#touched = touched;
	}

	key(code: string, down: boolean): void {
		if (code === "Space" && down) this.#toggle();
	}

	wheel(): void {}

	text(): void {}

	button(): void {}
}
