import type { Clock } from "../clock.ts";
import type { Contact, InputSink } from "../provider.ts";
import { KeyRepeat } from "./key-repeat.ts";
import type { PhoneScreen } from "./phone-screen.ts";
import { UsKeyboard } from "./us-keyboard.ts";

const VOLUME_BUTTONS = new Map([
	["volume-up", 1],
	["volume-down", -1],
]);

/** Brings input to the demo's screen, and tells when it may have changed something. */
export class DemoInput implements InputSink {
	readonly #screen: PhoneScreen;
	readonly #onInput: () => void;
	readonly #keyboard = new UsKeyboard();
	readonly #repeat: KeyRepeat;

	constructor(screen: PhoneScreen, clock: Clock, onInput: () => void) {
		this.#screen = screen;
		this.#onInput = onInput;
		this.#repeat = new KeyRepeat(clock);
	}

	pointer(x: number, y: number, buttons: number): void {
		this.#screen.pointer(x, y, buttons !== 0);
		this.#onInput();
	}

	wheel(_x: number, _y: number, dx: number, dy: number): void {
		this.#screen.wheel(dx, dy);
		this.#onInput();
	}

	key(code: string, down: boolean): void {
		if (!down) {
			this.#keyboard.release(code);
			this.#repeat.stop(code);
			return;
		}
		if (this.#keyboard.isHeld(code)) return;
		const action = this.#keyboard.press(code);
		if (!action) return;
		const act = () => {
			this.#screen.edit(action);
			this.#onInput();
		};
		act();
		if (action.type !== "enter" && action.type !== "clear") this.#repeat.start(code, act);
	}

	text(text: string): void {
		this.#screen.insert(text);
		this.#onInput();
	}

	touch(contacts: readonly Contact[]): void {
		this.#screen.touch(contacts);
		this.#onInput();
	}

	button(id: string, down: boolean): void {
		if (!down) return this.#repeat.stop(id);
		const by = VOLUME_BUTTONS.get(id);
		if (by !== undefined) {
			const act = () => {
				this.#screen.changeVolume(by);
				this.#onInput();
			};
			act();
			return this.#repeat.start(id, act);
		}
		if (id === "home") this.#screen.home();
		else if (id === "rotate") this.#screen.rotate();
		else if (id === "lock") this.#screen.lock();
		this.#onInput();
	}

	/** Lets go of whatever is held. */
	releaseAll(): void {
		this.#repeat.stop();
		this.#keyboard.releaseAll();
		this.#screen.touch([]);
		this.#screen.pointer(0, 0, false);
	}
}
