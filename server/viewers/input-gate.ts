import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { ViewerMessage } from "../../signaling/protocol/input.ts";
import { decodeViewerMessage, encodeHostMessage } from "../../signaling/protocol/input-codec.ts";
import type { MonotonicTime } from "../../signaling/protocol/time.ts";
import type { Clock } from "../devices/clock.ts";
import type { DeviceClipboard } from "../devices/provider.ts";
import { ViewerClipboard } from "./clipboard.ts";
import type { InputRefusal } from "./control.ts";
import type { DeviceInput, InputMerge } from "./input-merge.ts";

/** A viewer that holds something and says nothing for this long lets go of it, ms. */
export const SILENCE_RELEASES = 250;

/** Most inputs that wait until the device has what was pasted before them; more are dropped. */
const MAX_WAITING = 256;

export interface InputGateDeps {
	readonly viewerId: string;
	/** Why the viewer's input may not pass now. `takes`: it is a touch, which may take free control. */
	readonly refusal: (takes: boolean) => InputRefusal | undefined;
	/** The viewer points somewhere, whether it may touch or not. */
	readonly pointed: (x: number, y: number) => void;
	/** Whether the viewer's page is seen. */
	readonly shown: (shown: boolean) => void;
	readonly merge: InputMerge;
	/** What the device's spec allows of its clipboard. */
	readonly clipboard?: DeviceClipboard | undefined;
	readonly clock: Clock;
	readonly send: (message: Uint8Array) => void;
	/** Something was dropped, and why. */
	readonly dropped: (reason: string) => void;
}

/** Between a viewer's data channel and the device: reads, checks the right, limits, and notices silence. */
export class InputGate {
	readonly #deps: InputGateDeps;
	readonly #budget: InputBudget;
	readonly #clipboard: ViewerClipboard;
	/** What came after a content that the device does not have yet, such as the keys that paste it. */
	#waiting: (DeviceInput | { type: "release" })[] = [];
	#lastHeard = 0;
	#cancelWatch: (() => void) | undefined;

	constructor(deps: InputGateDeps) {
		this.#deps = deps;
		this.#budget = new InputBudget(deps.clock);
		this.#clipboard = new ViewerClipboard({
			...deps,
			clipboard: deps.clipboard,
			send: (message) => deps.send(encodeHostMessage(message)),
			settled: () => this.#goOn(),
		});
	}

	/** Takes one message as it came. Never throws: whatever is wrong with it is dropped and counted. */
	receive(bytes: Uint8Array): void {
		const now = this.#deps.clock.now();
		if (!this.#budget.take()) return this.#deps.dropped("too-fast");
		this.#lastHeard = now;
		this.#attempt(() => this.#handle(decodeViewerMessage(bytes), now));
	}

	/** Something was copied on the device. */
	tellCopied(): void {
		this.#clipboard.tellCopied();
	}

	/** Lets go of everything, and ends what is on its way; the gate may be used on. */
	release(): void {
		this.#waiting = [];
		this.#clipboard.reset();
		this.#release();
	}

	#release(): void {
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
			case "shown":
				return this.#deps.shown(message.shown);
			case "clipboard-offer":
			case "clipboard-data":
			case "clipboard-credit":
			case "clipboard-end":
			case "clipboard-wanted":
				return this.#clipboard.receive(message);
			default:
				if (!this.#clipboard.writing) return this.#act(message);
				if (this.#waiting.length < MAX_WAITING) this.#waiting.push(message);
				else this.#deps.dropped("too-fast");
		}
	}

	/** The device has what was pasted, or never will. */
	#goOn(): void {
		for (const input of this.#waiting.splice(0)) this.#attempt(() => this.#act(input));
	}

	#act(input: DeviceInput | { type: "release" }): void {
		if (input.type === "release") this.#release();
		else this.#pass(input);
	}

	/** What is wrong with an input is counted. */
	#attempt(action: () => void): void {
		try {
			action();
		} catch (error) {
			this.#deps.dropped(error instanceof PortholeError ? error.code : "device-refused");
		}
		if (this.#deps.merge.holdsAnything(this.#deps.viewerId)) this.#watch(SILENCE_RELEASES);
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
