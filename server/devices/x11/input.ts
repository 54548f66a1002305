import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { CharacterKey, Notches } from "../../../signaling/protocol/input.ts";
import type { X11Screen } from "../../native/addon.ts";
import type { Clock } from "../clock.ts";
import { withNativeErrors } from "../native-errors.ts";
import type { Contact, InputSink } from "../provider.ts";
import { TouchToPointer } from "../touch-to-pointer.ts";
import { evdevCodeOf } from "./evdev-codes.ts";

/** The part of the addon's screen that takes input. */
type InjectionTarget = Pick<
	X11Screen,
	"size" | "pointer" | "wheel" | "key" | "pressCharacter" | "text" | "releaseAll"
>;

/**
 * Injects input into an X display. Fingers become a pointer, see TouchToPointer. Methods throw PortholeError
 * `unknown-key`, `input-overloaded` or `text-too-long` for input that was dropped.
 */
export class X11InputSink implements InputSink {
	readonly #screen: InjectionTarget;
	readonly #injected: () => void;
	readonly #notches = new WheelNotches();
	readonly #fingers: TouchToPointer;
	/** Held buttons as in DOM `MouseEvent.buttons`; scrolling must not release them. */
	#buttons = 0;
	/** Positions of keys that were pressed for their character. */
	readonly #pressed = new Set<string>();
	#closed = false;

	/** `injected` is called after each injection: the screen will probably change. */
	constructor(screen: InjectionTarget, clock: Clock, injected: () => void) {
		this.#screen = screen;
		this.#injected = injected;
		this.#fingers = new TouchToPointer(
			{
				pointer: (x, y, buttons) => this.#point(x, y, buttons),
				wheel: (x, y, dx, dy) => this.#turn(x, y, { dx: dx / NOTCH, dy: dy / NOTCH }),
			},
			clock,
			() => screen.size(),
		);
	}

	pointer(x: number, y: number, buttons: number): void {
		const { width, height } = this.#screen.size();
		this.#point(x * width, y * height, buttons);
	}

	wheel(x: number, y: number, dx: number, dy: number, notches?: Notches): void {
		const { width, height } = this.#screen.size();
		this.#turn(x * width, y * height, notches ?? { dx: dx / NOTCH, dy: dy / NOTCH });
	}

	key(code: string, down: boolean): void {
		const evdev = knownEvdevCode(code);
		if (!down) this.#pressed.delete(code);
		this.#inject(() => this.#screen.key(evdev, down));
	}

	press({ code, character, shortcut }: CharacterKey): void {
		const evdev = knownEvdevCode(code);
		// A held key repeats on the display itself.
		if (this.#pressed.has(code)) return;
		this.#inject(() => this.#screen.pressCharacter(evdev, character, shortcut));
		this.#pressed.add(code);
	}

	text(text: string): void {
		this.#inject(() => this.#screen.text(text));
	}

	touch(contacts: readonly Contact[]): void {
		this.#fingers.update(contacts);
	}

	/** A display has no buttons of its own. */
	button(): void {}

	/** Releases everything that is held; later input does nothing. */
	close(): void {
		if (this.#closed) return;
		this.#fingers.cancel();
		this.#inject(() => this.#screen.releaseAll());
		this.#closed = true;
	}

	#point(x: number, y: number, buttons: number): void {
		this.#buttons = buttons;
		this.#inject(() => this.#screen.pointer(x, y, nativeButtons(buttons)));
	}

	#turn(x: number, y: number, by: Notches): void {
		const notches = this.#notches.turn(by);
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

function knownEvdevCode(code: string): number {
	const evdev = evdevCodeOf(code);
	if (evdev !== undefined) return evdev;
	throw new PortholeError(
		"unknown-key",
		`An X display has no key ${JSON.stringify(code)}; it was not pressed.`,
	);
}

/** DOM counts left, right, middle, back, forward; the addon, like X, left, middle, right, back, forward. */
function nativeButtons(buttons: number): number {
	const right = (buttons >> 1) & 1;
	const middle = (buttons >> 2) & 1;
	return (buttons & ~6) | (middle << 1) | (right << 2);
}

/**
 * How far one notch of a wheel scrolls, device pixels. Browsers on X scroll a page by this much for a notch, so a page
 * on the device moves as far as the viewer's fingers asked for.
 */
const NOTCH = 53;

/** Most notches turned at once; a longer way is cut, as it is more than any screen. */
const MAX_NOTCHES = 30;

/** Adds up the turns of fine wheels and touch pads until they make whole notches, on each axis by itself. */
export class WheelNotches {
	readonly #horizontal = new Axis();
	readonly #vertical = new Axis();

	/** Takes parts of notches; gives the whole ones they make with what was left before. */
	turn({ dx, dy }: Notches): Notches {
		return { dx: this.#horizontal.turn(dx), dy: this.#vertical.turn(dy) };
	}
}

class Axis {
	#rest = 0;

	turn(part: number): number {
		// What is left from the other direction would delay the turn back.
		if (part * this.#rest < 0) this.#rest = 0;
		const total = this.#rest + part;
		// Parts such as tenths do not add up to a whole exactly.
		const notches = Math.trunc(total + Math.sign(total) * 1e-6);
		this.#rest = total - notches;
		return Math.min(MAX_NOTCHES, Math.max(-MAX_NOTCHES, notches)) + 0;
	}
}
