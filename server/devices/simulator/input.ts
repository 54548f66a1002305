import { Backoff } from "../../../signaling/backoff.ts";
import type { Size } from "../../../signaling/protocol/device.ts";
import { type Clock, ignoringErrors } from "../clock.ts";
import type { Contact, InputSink } from "../provider.ts";
import { placeBetween, type SystemGesture, systemGestures } from "../system-gestures.ts";
import {
	type Backend,
	type BackendTarget,
	type InputBackend,
	type Place,
	type TouchEdge,
	TYPEABLE,
} from "./backend.ts";
import { simulatorError } from "./errors.ts";
import { TouchTracker } from "./input/touch-tracker.ts";
import { WheelDrag } from "./input/wheel-drag.ts";

interface SimulatorInputParts {
	readonly clock: Clock;
	/** The input of the backend in use. Throws PortholeError while there is none. */
	readonly inputBackend: () => InputBackend;
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
	readonly #fingers: TouchTracker;
	readonly #wheel: WheelDrag;
	readonly #gestures: SystemGesturePlayer;
	readonly #keys = new Set<string>();

	constructor(parts: SimulatorInputParts) {
		this.#parts = parts;
		const inputBackend = {
			touch: (phase: "down" | "move" | "up", places: readonly Place[], edge: TouchEdge) => {
				parts.inputBackend().touch(phase, places, edge);
				parts.injected();
			},
		};
		const clock = ignoringErrors(parts.clock);
		this.#fingers = new TouchTracker(inputBackend, clock, parts.points);
		this.#wheel = new WheelDrag(inputBackend, clock, parts.pixels);
		this.#gestures = new SystemGesturePlayer(inputBackend, clock);
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
		this.#parts.inputBackend().key(code, down);
		this.#parts.injected();
	}

	text(text: string): void {
		const inputBackend = this.#parts.inputBackend();
		if (TYPEABLE.test(text)) inputBackend.type(text);
		else inputBackend.paste(text);
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
		if (!this.#parts.inputBackend().button(id, down) && down)
			throw simulatorError("unknown-button", `This simulator has no button "${id}"; nothing was pressed.`);
		this.#parts.injected();
	}

	/** Lets go of everything. Never throws. */
	release(): void {
		const { inputBackend } = this.#parts;
		for (const letGo of [
			() => this.#fingers.release(),
			() => this.#wheel.release(),
			() => this.#gestures.stop(),
			...[...this.#keys].map((code) => () => inputBackend().key(code, false)),
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

interface InputConnectionParts {
	readonly clock: Clock;
	readonly target: BackendTarget;
	/** The backend in use. Throws PortholeError while there is none, or the simulator is off. */
	readonly backend: () => Backend;
	/** `failure` is another. */
	readonly changed: () => void;
	readonly random?: () => number;
}

/** The input connection to one simulator: opened with the first input, reopened with growing waits when it is lost. */
export class InputConnection {
	readonly #parts: InputConnectionParts;
	readonly #backoff: Backoff;
	#open: { readonly inputBackend: InputBackend; readonly backend: Backend } | undefined;
	#failure: string | undefined;
	#notBefore = 0;

	constructor(parts: InputConnectionParts) {
		this.#parts = parts;
		this.#backoff = new Backoff(parts.random);
	}

	/** Why input did not arrive lately. */
	get failure(): string | undefined {
		return this.#failure;
	}

	/** The open connection. Throws PortholeError `input-refused` while it waits to reconnect, or as `openInput`. */
	inputBackend(): InputBackend {
		const { clock, backend: currentBackend, target } = this.#parts;
		const backend = currentBackend();
		if (this.#open?.backend === backend) return this.#open.inputBackend;
		this.#shut();
		if (clock.now() < this.#notBefore)
			throw simulatorError("input-refused", this.#failure ?? `${target.name} takes no input now.`);
		const opened: { inputBackend?: InputBackend } = {};
		const isMine = () => this.#open !== undefined && this.#open.inputBackend === opened.inputBackend;
		const inputBackend = backend.openInput(target, {
			lost: ({ message }) => {
				if (!isMine()) return;
				this.#open = undefined;
				this.#notBefore = clock.now() + this.#backoff.next();
				this.fail(message);
			},
			refused: (words) => {
				if (isMine()) this.fail(words);
			},
		});
		opened.inputBackend = inputBackend;
		this.#open = { inputBackend, backend };
		return inputBackend;
	}

	/** The simulator was switched off, or another backend is in use: closes what is open. */
	reset(): void {
		this.#shut();
		this.#backoff.reset();
		this.#notBefore = 0;
		this.#failure = undefined;
	}

	async close(): Promise<void> {
		const open = this.#open;
		this.#open = undefined;
		await open?.inputBackend.close();
	}

	#shut(): void {
		void this.close();
	}

	/** Something did not arrive: tells why. */
	fail(words: string): void {
		if (words === this.#failure) return;
		this.#failure = words;
		this.#parts.changed();
	}
}

/** Plays one system gesture at a time; a further one begins when the one before has ended. */
export class SystemGesturePlayer {
	readonly #inputBackend: Pick<InputBackend, "touch">;
	readonly #clock: Clock;
	#gesture: SystemGesture | undefined;
	#step = 0;
	#cancel = () => {};

	constructor(inputBackend: Pick<InputBackend, "touch">, clock: Clock) {
		this.#inputBackend = inputBackend;
		this.#clock = clock;
	}

	get playing(): boolean {
		return this.#gesture !== undefined;
	}

	/** Begins one; does nothing while another runs. */
	play(gesture: SystemGesture): void {
		if (this.#gesture) return;
		this.#gesture = gesture;
		this.#step = 0;
		this.#inputBackend.touch("down", [gesture.from], gesture.edge);
		this.#later(gesture);
	}

	/** Lifts the finger where it is. */
	stop(): void {
		const gesture = this.#gesture;
		if (!gesture) return;
		this.#cancel();
		this.#gesture = undefined;
		this.#inputBackend.touch("up", [this.#place(gesture)], gesture.edge);
	}

	#later(gesture: SystemGesture): void {
		const last = this.#step === gesture.steps;
		this.#cancel = this.#clock.after(last ? gesture.hold : gesture.stepTime, () => {
			if (last) return this.stop();
			this.#step++;
			this.#inputBackend.touch("move", [this.#place(gesture)], gesture.edge);
			this.#later(gesture);
		});
	}

	#place({ from, to, steps }: SystemGesture): Place {
		return placeBetween(from, to, this.#step / steps);
	}
}
