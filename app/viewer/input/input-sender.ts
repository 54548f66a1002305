import type { ViewerMessage } from "../../../signaling/protocol/input.ts";

/** Sends one message to the device; false when it was dropped. */
export type SendInput = (message: ViewerMessage) => boolean;

/** Calls back every `ms` until the returned function is called. */
type Repeat = (ms: number, callback: () => void) => () => void;

/** The host releases everything after 250 ms of silence; a heartbeat every 100 ms tolerates one that is late. */
export const HEARTBEAT_EVERY = 100;

const repeatedly: Repeat = (ms, callback) => {
	const timer = setInterval(callback, ms);
	return () => clearInterval(timer);
};

/**
 * Sends all input to the device. It tracks what is held, sends heartbeats while anything is, and can release all of it at
 * once. Each heartbeat repeats the contacts or pointer buttons, so that a drag continues after the page was stuck long
 * enough for the host to release it. Keys are not repeated: they would type twice.
 */
export class InputSender {
	readonly #send: SendInput;
	readonly #repeat: Repeat;
	readonly #names = new Set<string>();
	#pointer: ViewerMessage | undefined;
	#touch: ViewerMessage | undefined;
	#stopBeating: (() => void) | undefined;

	constructor(send: SendInput, repeat: Repeat = repeatedly) {
		this.#send = send;
		this.#repeat = repeat;
	}

	/** Whether a key, button or contact is down. */
	get holding(): boolean {
		return this.#names.size > 0 || this.#pointer !== undefined || this.#touch !== undefined;
	}

	/** Sends input; what is dropped does not count as held. */
	send(message: ViewerMessage): void {
		if (!this.#send(message)) return;
		this.#note(message);
		this.#beat();
	}

	/** Whether this key is down, by `KeyboardEvent.code`. */
	holdsKey(code: string): boolean {
		return this.#names.has(`key ${code}`);
	}

	/** Releases everything that is held. */
	release(): void {
		if (this.holding) this.#send({ type: "release" });
		this.forget();
	}

	/** Forgets what is held and sends nothing, as when the channel has closed: the host has released it by itself. */
	forget(): void {
		this.#names.clear();
		this.#pointer = undefined;
		this.#touch = undefined;
		this.#beat();
	}

	#note(message: ViewerMessage): void {
		switch (message.type) {
			case "key":
				this.#hold(`key ${message.code}`, message.down);
				break;
			case "press":
				this.#hold(`key ${message.code}`, true);
				break;
			case "button":
				this.#hold(`button ${message.id}`, message.down);
				break;
			case "pointer":
				this.#pointer = message.buttons === 0 ? undefined : message;
				break;
			case "touch":
				this.#touch = message.contacts.length === 0 ? undefined : message;
				break;
		}
	}

	#hold(name: string, down: boolean): void {
		if (down) this.#names.add(name);
		else this.#names.delete(name);
	}

	#beat(): void {
		if (this.holding === (this.#stopBeating !== undefined)) return;
		this.#stopBeating?.();
		this.#stopBeating = this.holding
			? this.#repeat(HEARTBEAT_EVERY, () => this.#send(this.#touch ?? this.#pointer ?? { type: "heartbeat" }))
			: undefined;
	}
}
