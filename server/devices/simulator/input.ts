import type { Size } from "../../../signaling/protocol/device.ts";
import type { Clock } from "../clock.ts";
import type { Contact, InputSink } from "../provider.ts";
import { simulatorError } from "./errors.ts";
import { Fingers } from "./input/fingers.ts";
import { GesturePlayer } from "./input/gesture-player.ts";
import { type Hands, type Place, type TouchEdge, TYPEABLE } from "./input/hands.ts";
import { systemGestures } from "./input/system-gestures.ts";
import { WheelDrag } from "./input/wheel-drag.ts";

export interface SimulatorInputParts {
	readonly clock: Clock;
	/** The way into the simulator that is in use now. Throws PortholeError while there is none. */
	readonly hands: () => Hands;
	/** Size of the screen now. */
	readonly pixels: () => Size;
	readonly points: () => Size;
	/** A button that is pressed outside of the screen, such as one that turns the device; false: it is none of these. */
	readonly command: (id: string) => boolean;
	/** Called after each input: the screen will probably change. */
	readonly injected: () => void;
}

/** Why a button is not pressed, by its id. */
const refused = new Map([
	["siri", "Siri's button ends the simulator's own home screen, so it is not pressed."],
]);

/**
 * Gives a simulator what viewers do: fingers, a wheel that drags, keys, text and buttons. Methods throw PortholeError
 * `device-off`, `no-input`, `unknown-key`, `unknown-button`, `button-refused` or `input-overloaded` for what was dropped.
 */
export class SimulatorInput implements InputSink {
	readonly #parts: SimulatorInputParts;
	readonly #fingers: Fingers;
	readonly #wheel: WheelDrag;
	readonly #gestures: GesturePlayer;
	readonly #keys = new Set<string>();

	constructor(parts: SimulatorInputParts) {
		this.#parts = parts;
		const hands = {
			touch: (phase: "down" | "move" | "up", places: readonly Place[], edge: TouchEdge) => {
				parts.hands().touch(phase, places, edge);
				parts.injected();
			},
		};
		const clock = quiet(parts.clock);
		this.#fingers = new Fingers(hands, clock, parts.points);
		this.#wheel = new WheelDrag(hands, clock, parts.pixels);
		this.#gestures = new GesturePlayer(hands, clock);
	}

	/** Only the left button touches; a pointer that hovers has no meaning here. */
	pointer(x: number, y: number, buttons: number): void {
		const down = (buttons & 1) !== 0;
		if (down) this.#clearScreen();
		this.#fingers.mouse(x, y, down);
	}

	wheel(x: number, y: number, dx: number, dy: number): void {
		if (this.#fingers.touching || this.#gestures.playing) return;
		this.#wheel.turn(x, y, dx, dy);
	}

	key(code: string, down: boolean): void {
		if (down) this.#keys.add(code);
		else this.#keys.delete(code);
		this.#parts.hands().key(code, down);
		this.#parts.injected();
	}

	text(text: string): void {
		const hands = this.#parts.hands();
		if (TYPEABLE.test(text)) hands.type(text);
		else hands.paste(text);
		this.#parts.injected();
	}

	touch(contacts: readonly Contact[]): void {
		if (contacts.length > 0) this.#clearScreen();
		this.#fingers.contacts(contacts);
	}

	button(id: string, down: boolean): void {
		const why = refused.get(id);
		if (why !== undefined) throw simulatorError("button-refused", why);
		const gesture = systemGestures.get(id);
		if (gesture) {
			if (!down) return;
			this.release();
			return this.#gestures.play(gesture);
		}
		if (down && this.#parts.command(id)) return;
		if (!this.#parts.hands().button(id, down) && down)
			throw simulatorError("unknown-button", `This simulator has no button "${id}"; nothing was pressed.`);
		this.#parts.injected();
	}

	/** Lets go of everything. Never throws. */
	release(): void {
		const { hands } = this.#parts;
		for (const letGo of [
			() => this.#fingers.release(),
			() => this.#wheel.release(),
			() => this.#gestures.stop(),
			...[...this.#keys].map((code) => () => hands().key(code, false)),
		]) {
			try {
				letGo();
			} catch {
				// Nothing is down where no input goes.
			}
		}
		this.#keys.clear();
	}

	/** A finger ends what the wheel or a button drags. */
	#clearScreen(): void {
		this.#wheel.release();
		this.#gestures.stop();
	}
}

/** What fails later, when nobody waits for it any more, has been told by what came before it. */
function quiet(clock: Clock): Clock {
	return {
		now: () => clock.now(),
		after: (ms, callback) =>
			clock.after(ms, () => {
				try {
					callback();
				} catch {
					// The simulator takes nothing any more.
				}
			}),
	};
}
