import type { SimulatorInput as NativeInput } from "../../../../native/addon.ts";
import type { Clock } from "../../../clock.ts";
import { withNativeErrors } from "../../../native-errors.ts";
import type { InputBackend, Place, TouchEdge } from "../../backend.ts";
import { simulatorError } from "../../errors.ts";
import { asciiKeyOf, keyUsageOf } from "../../input/hid-keys.ts";

/** Between two events of a key, ms: simulators lose what comes in one burst. */
export const KEY_STEP = 8;
/** Longer texts are pasted, characters: typed they would take more than half a second. */
export const TYPED_AT_MOST = 32;
/** Between the two presses that open the list of running programs, ms. */
export const DOUBLE_PRESS = 150;
/** Events of keys that may wait. */
const MAX_WAITING = 1024;

/** HID usage page and usage of buttons: consumer page 0x0C, telephony page 0x0B. */
const buttonUsages: ReadonlyMap<string, readonly [page: number, usage: number]> = new Map([
	["home", [0x0c, 0x40]],
	["lock", [0x0c, 0x30]],
	["volume-up", [0x0c, 0xe9]],
	["volume-down", [0x0c, 0xea]],
	["action", [0x0b, 0x2d]],
	["digital-crown", [0x0c, 0x40]],
	["side-button", [0x0c, 0x30]],
	["play-pause", [0x0c, 0xcd]],
]);

const usageOf = (code: string) => keyUsageOf(code) as number;
const SHIFT = usageOf("ShiftLeft");
const COMMAND = usageOf("MetaLeft");

interface NativeInputParts {
	readonly input: NativeInput;
	readonly clock: Clock;
	/** Puts a text on the simulator's clipboard. */
	readonly copy: (text: string) => Promise<void>;
	/** A text could not be pasted. */
	readonly refused: (words: string) => void;
}

/** A key event, or something to wait for. */
type Step = { readonly usage: number; readonly down: boolean } | { readonly copy: string };

/** Input through the addon: what HID devices say. */
export class NativeInputBackend implements InputBackend {
	readonly #parts: NativeInputParts;
	readonly #steps: Step[] = [];
	#busy = false;
	#cancel = () => {};
	#cancelPresses: (() => void)[] = [];
	#closed = false;

	constructor(parts: NativeInputParts) {
		this.#parts = parts;
	}

	touch(phase: "down" | "move" | "up", places: readonly Place[], edge: TouchEdge): void {
		const numbers = places.flatMap(({ x, y }) => [x, y]);
		this.#do(() => this.#parts.input.touch(phase, numbers, edge));
	}

	key(code: string, down: boolean): void {
		const usage = keyUsageOf(code);
		if (usage === undefined)
			throw simulatorError(
				"unknown-key",
				`A keyboard has no key ${JSON.stringify(code)}; it was not pressed.`,
			);
		// Behind a text that is still being typed, else at once.
		if (this.#busy) return this.#queue([{ usage, down }]);
		this.#do(() => this.#parts.input.key(usage, down));
	}

	type(text: string): void {
		if (text.length > TYPED_AT_MOST) return this.paste(text);
		this.#queue(
			[...text].flatMap((character) => {
				const key = asciiKeyOf(character);
				if (!key) return [];
				const usage = usageOf(key.code);
				const press = [
					{ usage, down: true },
					{ usage, down: false },
				];
				if (!key.shift) return press;
				return [{ usage: SHIFT, down: true }, ...press, { usage: SHIFT, down: false }];
			}),
		);
	}

	paste(text: string): void {
		const usage = usageOf("KeyV");
		this.#queue([
			{ copy: text },
			{ usage: COMMAND, down: true },
			{ usage, down: true },
			{ usage, down: false },
			{ usage: COMMAND, down: false },
		]);
	}

	button(id: string, down: boolean): boolean {
		if (id === "app-switcher") {
			if (down) this.#pressHomeTwice();
			return true;
		}
		const usage = buttonUsages.get(id);
		if (!usage) return false;
		this.#do(() => this.#parts.input.button(...usage, down));
		return true;
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#cancel();
		for (const cancel of this.#cancelPresses) cancel();
		this.#parts.input.close();
	}

	#pressHomeTwice(): void {
		const { clock, input } = this.#parts;
		const [page, usage] = buttonUsages.get("home") ?? [0x0c, 0x40];
		const press = (down: boolean) => this.#do(() => input.button(page, usage, down));
		press(true);
		// Held for a third of the time between the presses.
		const times: [number, boolean][] = [
			[DOUBLE_PRESS / 3, false],
			[DOUBLE_PRESS, true],
			[(DOUBLE_PRESS * 4) / 3, false],
		];
		this.#cancelPresses = times.map(([after, down]) =>
			clock.after(after, () => this.#attempt(() => press(down))),
		);
	}

	#queue(steps: readonly Step[]): void {
		if (this.#steps.length + steps.length > MAX_WAITING)
			throw simulatorError("input-overloaded", "Too much is being typed; a text was dropped.");
		this.#steps.push(...steps);
		if (!this.#busy) this.#next();
	}

	#next(): void {
		const step = this.#steps.shift();
		this.#busy = step !== undefined;
		if (!step || this.#closed) return;
		const later = () => {
			this.#cancel = this.#parts.clock.after(KEY_STEP, () => this.#next());
		};
		if ("usage" in step) {
			this.#attempt(() => this.#parts.input.key(step.usage, step.down));
			return later();
		}
		this.#parts.copy(step.copy).then(later, (error: unknown) => {
			// Without the text there is nothing to paste: the four events of Cmd-V go with it.
			this.#steps.splice(0, 4);
			this.#parts.refused(error instanceof Error ? error.message : String(error));
			later();
		});
	}

	#do(action: () => void): void {
		if (this.#closed) throw simulatorError("input-refused", "The simulator's input is closed.");
		withNativeErrors(action);
	}

	/** What is typed later has nobody to throw to. */
	#attempt(action: () => void): void {
		if (this.#closed) return;
		try {
			withNativeErrors(action);
		} catch (error) {
			this.#parts.refused(error instanceof Error ? error.message : String(error));
		}
	}
}
