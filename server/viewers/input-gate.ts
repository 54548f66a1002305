import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { ViewerMessage } from "../../signaling/protocol/input.ts";
import { decodeViewerMessage, encodeHostMessage } from "../../signaling/protocol/input-codec.ts";
import type { MonotonicTime } from "../../signaling/protocol/time.ts";
import type { Clock } from "../devices/clock.ts";
import type { InputRefusal } from "./control.ts";
import type { DeviceInput, InputMerge } from "./input-merge.ts";

/** A viewer that holds something and says nothing for this long lets go of it, ms. */
export const SILENCE_RELEASES = 250;

export interface InputGateDeps {
	readonly viewerId: string;
	/** Why the viewer's input may not pass now. `takes`: it is a touch, which may take free control. */
	readonly refusal: (takes: boolean) => InputRefusal | undefined;
	/** The viewer points somewhere, whether it may touch or not. */
	readonly pointed: (x: number, y: number) => void;
	/** Whether the viewer's page is seen. */
	readonly shown: (shown: boolean) => void;
	readonly merge: InputMerge;
	readonly clock: Clock;
	readonly send: (message: Uint8Array) => void;
	/** Something was dropped, and why. */
	readonly dropped: (reason: string) => void;
}

/** Between a viewer's data channel and the device: reads, checks the right, limits, and notices silence. */
export class InputGate {
	readonly #deps: InputGateDeps;
	readonly #budget: InputBudget;
	#lastHeard = 0;
	#cancelWatch: (() => void) | undefined;

	constructor(deps: InputGateDeps) {
		this.#deps = deps;
		this.#budget = new InputBudget(deps.clock);
	}

	/** Takes one message as it came. Never throws: whatever is wrong with it is dropped and counted. */
	receive(bytes: Uint8Array): void {
		const now = this.#deps.clock.now();
		if (!this.#budget.take()) return this.#deps.dropped("too-fast");
		this.#lastHeard = now;
		try {
			this.#handle(decodeViewerMessage(bytes), now);
		} catch (error) {
			this.#deps.dropped(error instanceof PortholeError ? error.code : "device-refused");
		}
		if (this.#deps.merge.holdsAnything(this.#deps.viewerId)) this.#watch(SILENCE_RELEASES);
	}

	/** Lets go of everything; the gate may be used on. */
	release(): void {
		this.#cancelWatch?.();
		this.#cancelWatch = undefined;
		this.#deps.merge.release(this.#deps.viewerId);
	}

	#handle(message: ViewerMessage, now: MonotonicTime): void {
		switch (message.type) {
			case "ping":
				return this.#deps.send(encodeHostMessage({ type: "pong", time: message.time, hostTime: now }));
			case "heartbeat":
				return;
			case "release":
				return this.release();
			case "shown":
				return this.#deps.shown(message.shown);
			default:
				return this.#pass(message);
		}
	}

	#pass(input: DeviceInput): void {
		const { viewerId, merge, refusal, pointed, dropped } = this.#deps;
		if (input.type === "pointer") pointed(input.x, input.y);
		const reason = refusal(isTouch(input));
		// A pointer that only moves is shown to the others, so it is not lost on anybody.
		if (reason) return input.type === "pointer" && input.buttons === 0 ? undefined : dropped(reason);
		if (!merge.apply(viewerId, input)) dropped("too-many-held");
	}

	#watch(ms: number): void {
		this.#cancelWatch ??= this.#deps.clock.after(ms, () => {
			this.#cancelWatch = undefined;
			if (!this.#deps.merge.holdsAnything(this.#deps.viewerId)) return;
			const left = this.#lastHeard + SILENCE_RELEASES - this.#deps.clock.now();
			if (left > 0) return this.#watch(left);
			this.#deps.dropped("silent-holder");
			this.#deps.merge.release(this.#deps.viewerId);
		});
	}
}

/** Whether an input does something to the device by itself; letting go and hovering do not. */
export function isTouch(input: DeviceInput): boolean {
	switch (input.type) {
		case "pointer":
			return input.buttons !== 0;
		case "touch":
			return input.contacts.length > 0;
		case "key":
		case "button":
			return input.down;
		case "press":
		case "wheel":
		case "text":
			return true;
	}
}

/** Inputs a second that one viewer may send, and how many may come at once. */
const MAX_RATE = 1000;

/** How much one viewer may send: a bucket that fills at `MAX_RATE` a second. */
export class InputBudget {
	readonly #clock: Clock;
	#credit = MAX_RATE;
	#creditAt: MonotonicTime;

	constructor(clock: Clock) {
		this.#clock = clock;
		this.#creditAt = clock.now();
	}

	/** Whether one more may come now. */
	take(): boolean {
		const now = this.#clock.now();
		const gained = Math.max(0, now - this.#creditAt) * (MAX_RATE / 1000);
		this.#credit = Math.min(MAX_RATE, this.#credit + gained);
		this.#creditAt = now;
		if (this.#credit < 1) return false;
		this.#credit--;
		return true;
	}
}
