import type { CharacterKey, Notches } from "../../signaling/protocol/input.ts";
import { type Clock, ignoringErrors } from "./clock.ts";
import type { Contact, Device, InputSink } from "./provider.ts";
import { TouchToPointer } from "./touch-to-pointer.ts";
import { usCharacter, usKeyOf } from "./us-keyboard.ts";

/**
 * A device's input that takes whatever people do: fingers where the device has a pointer and no touch, and keys that are
 * to give a character where it does not know its own keyboard. The host puts it before every device, so that neither
 * pages nor gateways convert anything themselves.
 */
export class AnyInput implements Required<InputSink> {
	readonly #device: Pick<Device, "describe" | "input">;
	readonly #fingers: TouchToPointer;
	/** The key that is down for each position that is held; undefined for a character that was typed as text. */
	readonly #pressed = new Map<string, string | undefined>();

	constructor(device: Pick<Device, "describe" | "input">, clock: Clock) {
		this.#device = device;
		const { input } = device;
		const size = () => device.describe().pixels;
		const actions = {
			pointer: (x: number, y: number, buttons: number) =>
				input.pointer(x / size().width, y / size().height, buttons),
			wheel: (x: number, y: number, dx: number, dy: number) => {
				if (this.#takes("wheel")) input.wheel(x / size().width, y / size().height, dx, dy);
			},
		};
		// A long press comes by a timer, maybe on a device that has ended.
		this.#fingers = new TouchToPointer(actions, ignoringErrors(clock), size);
	}

	pointer(x: number, y: number, buttons: number): void {
		this.#device.input.pointer(x, y, buttons);
	}

	wheel(x: number, y: number, dx: number, dy: number, notches?: Notches): void {
		this.#device.input.wheel(x, y, dx, dy, notches);
	}

	key(code: string, down: boolean): void {
		if (down) this.#hold(code, code);
		else this.#release(code);
	}

	press(key: CharacterKey): void {
		const { input } = this.#device;
		if (input.press) {
			// Held for the device, which releases what it has pressed for this position.
			this.#pressed.set(key.code, key.code);
			return input.press(key);
		}
		// A key repeats on the device; text does not.
		if (this.#pressed.get(key.code) !== undefined) return;
		const code = this.#usCodeFor(key);
		if (code !== undefined) return this.#hold(key.code, code);
		this.#pressed.set(key.code, undefined);
		input.text(key.character);
	}

	text(text: string): void {
		this.#device.input.text(text);
	}

	touch(contacts: readonly Contact[]): void {
		if (this.#takes("pointer") && !this.#takes("touch")) this.#fingers.update(contacts);
		else this.#device.input.touch(contacts);
	}

	button(id: string, down: boolean): void {
		this.#device.input.button(id, down);
	}

	#takes(kind: "pointer" | "touch" | "wheel" | "text"): boolean {
		return this.#device.describe().inputs.includes(kind);
	}

	/** The key of a US keyboard that does what a key elsewhere did; undefined when its character is to be typed as text. */
	#usCodeFor({ code, character, shortcut }: CharacterKey): string | undefined {
		if (shortcut) return usKeyOf(character.toLowerCase())?.code ?? code;
		const shift = this.#pressed.has("ShiftLeft") || this.#pressed.has("ShiftRight");
		if (usCharacter(code, shift) === character) return code;
		return this.#takes("text") ? undefined : (usKeyOf(character)?.code ?? code);
	}

	#hold(position: string, code: string): void {
		this.#pressed.set(position, code);
		this.#device.input.key(code, true);
	}

	#release(position: string): void {
		const code = this.#pressed.get(position);
		const wasTyped = this.#pressed.has(position) && code === undefined;
		this.#pressed.delete(position);
		if (wasTyped || (code !== undefined && [...this.#pressed.values()].includes(code))) return;
		this.#device.input.key(code ?? position, false);
	}
}
