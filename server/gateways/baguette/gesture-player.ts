import { messageOf, PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Clock } from "../../devices/clock.ts";
import type { GatewayVisit } from "../gateway-host.ts";
import type { Gesture } from "./gesture-reader.ts";
import { ClientContacts, type GestureDevice, GestureFailure, type Step, stepsOf } from "./gesture-steps.ts";

/** Most gestures in the queue, and most characters to type or paste. */
export const MAX_WAITING = 256;
const MAX_WAITING_TEXT = 2_000_000;

/** How a gesture went: given to the device, or why not. */
type GestureAnswer =
	| { readonly ok: true /** What was copied. */; readonly text?: string }
	| { readonly ok: false; readonly error: string };

interface GesturePlayerDeps {
	readonly visit: Pick<GatewayVisit, "input" | "release">;
	readonly device: GestureDevice;
	readonly clock: Clock;
}

interface Played {
	readonly gesture: Gesture;
	readonly steps: Generator<Step, void>;
	readonly settle: (answer: GestureAnswer) => void;
	/** Whether it has given input to the device. */
	began: boolean;
	text?: string;
}

/**
 * Plays one client's gestures on a device, one after another, as Baguette does. With an empty queue a gesture begins at
 * once: a tap's finger is down when `play` returns. When a gesture fails half done, everything held is released.
 */
export class GesturePlayer {
	readonly #deps: GesturePlayerDeps;
	readonly #fingers = new ClientContacts();
	readonly #waiting: Played[] = [];
	#playing: Played | undefined;
	#cancelWait: (() => void) | undefined;
	#closed = false;

	constructor(deps: GesturePlayerDeps) {
		this.#deps = deps;
	}

	/** Settles when its last step was given to the device; never rejects. */
	play(gesture: Gesture): Promise<GestureAnswer> {
		return new Promise((settle) => {
			if (this.#closed) return settle(failed("the connection with the device is closed"));
			// Leave room for lifting fingers: nothing else would lift them.
			const lifts = "phase" in gesture && gesture.phase === "up";
			if (this.#waiting.length >= (lifts ? 2 * MAX_WAITING : MAX_WAITING)) {
				return settle(failed("too many gestures wait for their turn"));
			}
			const text = this.#waiting.reduce(
				(sum, one) => sum + textOf(one.gesture).length,
				textOf(gesture).length,
			);
			if (text > MAX_WAITING_TEXT) return settle(failed("too much text waits for its turn"));
			const played: Played = {
				gesture,
				settle,
				began: false,
				steps: stepsOf(gesture, this.#deps.device, this.#fingers, (text) => {
					played.text = text;
				}),
			};
			this.#waiting.push(played);
			this.#next();
		});
	}

	/** Ends all gestures and releases what they hold. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#cancelWait?.();
		const ended = [...(this.#playing ? [this.#playing] : []), ...this.#waiting.splice(0)];
		this.#playing = undefined;
		this.#letGo();
		for (const { settle } of ended) settle(failed("the connection with the device was closed"));
	}

	#next(): void {
		while (!this.#playing) {
			const next = this.#waiting.shift();
			if (!next) return;
			this.#playing = next;
			this.#run(next);
		}
	}

	/** Runs a gesture until it has to wait or is over. */
	#run(played: Played): void {
		try {
			for (let next = played.steps.next(); !next.done; next = played.steps.next()) {
				if (this.#waits(played, next.value)) return;
			}
			this.#end(played, { ok: true, ...(played.text !== undefined && { text: played.text }) });
		} catch (error) {
			this.#fail(played, error);
		}
	}

	/** Takes a step; true when the rest has to wait for it. */
	#waits(played: Played, step: Step): boolean {
		if (step.type === "wait") {
			this.#cancelWait = this.#deps.clock.after(step.ms, () => this.#resume(played));
			return true;
		}
		if (step.type === "clipboard") {
			step.use().then(
				() => this.#resume(played),
				(error) => this.#playing === played && this.#resume(played, error),
			);
			return true;
		}
		const { device, visit } = this.#deps;
		const { inputs, name } = device.describe();
		if (step.type === "touch" && !inputs.includes("touch") && !inputs.includes("pointer"))
			throw new GestureFailure(`${name} cannot be touched`);
		played.began = true;
		const refused = visit.input(step);
		if (refused !== undefined) throw new GestureFailure(refused);
		return false;
	}

	#resume(played: Played, error?: unknown): void {
		if (this.#playing !== played) return;
		this.#cancelWait = undefined;
		if (error === undefined) this.#run(played);
		else this.#fail(played, error);
		this.#next();
	}

	#fail(played: Played, error: unknown): void {
		if (played.began) this.#letGo();
		// Whatever a device throws is reported to the client, and its other gestures go on.
		const known = error instanceof GestureFailure || error instanceof PortholeError;
		this.#end(played, failed(known ? error.message : `the device failed: ${messageOf(error)}`));
	}

	#end(played: Played, answer: GestureAnswer): void {
		this.#playing = undefined;
		played.settle(answer);
	}

	#letGo(): void {
		this.#fingers.forget();
		this.#deps.visit.release();
	}
}

function failed(error: string): GestureAnswer {
	return { ok: false, error };
}

/** The answer to a gesture as one line of JSON: on stdout, and over HTTP. The copied text is our addition. */
export function acknowledgement(answer: GestureAnswer): string {
	if (!answer.ok) return JSON.stringify({ ok: false, error: answer.error });
	return JSON.stringify({ ok: true, text: answer.text });
}

/** The answer to a gesture on a WebSocket; only pasting and copying have one. */
export function resultMessage(type: Gesture["type"], answer: GestureAnswer): string | undefined {
	if (type !== "paste" && type !== "copy") return undefined;
	if (!answer.ok) return JSON.stringify({ type: `${type}_result`, ok: false, error: answer.error });
	return JSON.stringify({ type: `${type}_result`, ok: true, text: answer.text });
}

function textOf(gesture: Gesture): string {
	return "text" in gesture ? gesture.text : "";
}
