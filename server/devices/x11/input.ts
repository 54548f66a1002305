import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { X11Screen } from "../../native/addon.ts";
import type { Clock } from "../clock.ts";
import type { Contact, InputSink } from "../provider.ts";
import { withNativeErrors } from "./errors.ts";
import { evdevCodeOf } from "./key-codes.ts";
import { TouchGestures } from "./touch-gestures.ts";
import { WheelNotches } from "./wheel-notches.ts";

/** The part of the addon's screen that takes input. */
export type InjectionTarget = Pick<X11Screen, "size" | "pointer" | "wheel" | "key" | "text" | "releaseAll">;

export interface X11InputParts {
	readonly screen: InjectionTarget;
	readonly clock: Clock;
	/** Called after each injection: the screen will probably change. */
	readonly injected: () => void;
}

/**
 * Injects input into an X display. Fingers become a pointer, see TouchGestures. Methods throw PortholeError
 * `unknown-key`, `input-overloaded` or `text-too-long` for input that was dropped.
 */
export class X11Input implements InputSink {
	readonly #screen: InjectionTarget;
	readonly #injected: () => void;
	readonly #notches = new WheelNotches();
	readonly #gestures: TouchGestures;
	/** Held buttons as in DOM `MouseEvent.buttons`; scrolling must not let go of them. */
	#buttons = 0;
	#closed = false;

	constructor({ screen, clock, injected }: X11InputParts) {
		this.#screen = screen;
		this.#injected = injected;
		this.#gestures = new TouchGestures(
			{
				pointer: (x, y, buttons) => this.#point(x, y, buttons),
				wheel: (x, y, dx, dy) => this.#turn(x, y, dx, dy),
			},
			clock,
			() => screen.size(),
		);
	}

	pointer(x: number, y: number, buttons: number): void {
		const { width, height } = this.#screen.size();
		this.#point(x * width, y * height, buttons);
	}

	wheel(x: number, y: number, dx: number, dy: number): void {
		const { width, height } = this.#screen.size();
		this.#turn(x * width, y * height, dx, dy);
	}

	key(code: string, down: boolean): void {
		const evdev = evdevCodeOf(code);
		if (evdev === undefined) {
			throw new PortholeError(
				"unknown-key",
				`An X display has no key ${JSON.stringify(code)}; it was not pressed.`,
			);
		}
		this.#inject(() => this.#screen.key(evdev, down));
	}

	text(text: string): void {
		this.#inject(() => this.#screen.text(text));
	}

	touch(contacts: readonly Contact[]): void {
		this.#gestures.update(contacts);
	}

	/** A display has no buttons of its own. */
	button(): void {}

	/** Lets go of everything; what comes later does nothing. */
	close(): void {
		if (this.#closed) return;
		this.#gestures.cancel();
		this.#inject(() => this.#screen.releaseAll());
		this.#closed = true;
	}

	#point(x: number, y: number, buttons: number): void {
		this.#buttons = buttons;
		this.#inject(() => this.#screen.pointer(x, y, nativeButtons(buttons)));
	}

	#turn(x: number, y: number, dx: number, dy: number): void {
		const notches = this.#notches.turn(dx, dy);
		this.#inject(() => {
			this.#screen.pointer(x, y, nativeButtons(this.#buttons));
			if (notches.dx !== 0 || notches.dy !== 0) this.#screen.wheel(notches.dx, notches.dy);
		});
	}

	#inject(action: () => void): void {
		if (this.#closed) return;
		withNativeErrors(action);
		this.#injected();
	}
}

/** DOM counts left, right, middle; the addon, like X, left, middle, right. */
function nativeButtons(buttons: number): number {
	const left = buttons & 1;
	const right = (buttons >> 1) & 1;
	const middle = (buttons >> 2) & 1;
	return left | (middle << 1) | (right << 2);
}
