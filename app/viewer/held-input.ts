import type { ViewerMessage } from "../../signaling/protocol/input.ts";

/** Sends one message to the device; false when it could not go out. */
export type SendInput = (message: ViewerMessage) => boolean;

/** Calls back every `ms` until the returned function is called. */
export type Repeat = (ms: number, callback: () => void) => () => void;

/** The host lets go of everything after 250 ms of silence; a heartbeat every 100 ms survives one that is late. */
export const HEARTBEAT_EVERY = 100;

const repeatedly: Repeat = (ms, callback) => {
	const timer = setInterval(callback, ms);
	return () => clearInterval(timer);
};

/**
 * The one way of input to the device. It watches what goes by to know what is held, keeps the host assured of it while
 * it is, and lets go of all of it at once.
 */
export class HeldInput {
	readonly #send: SendInput;
	readonly #repeat: Repeat;
	readonly #names = new Set<string>();
	#buttons = 0;
	#contacts = 0;
	#stopBeating: (() => void) | undefined;

	constructor(send: SendInput, repeat: Repeat = repeatedly) {
		this.#send = send;
		this.#repeat = repeat;
	}

	/** Whether a key, button or contact is down. */
	get holding(): boolean {
		return this.#names.size > 0 || this.#buttons !== 0 || this.#contacts > 0;
	}

	/** Sends input; what cannot go out is not counted as held. */
	send(message: ViewerMessage): void {
		if (!this.#send(message)) return;
		this.#note(message);
		this.#beat();
	}

	/** Whether this key is down, by `KeyboardEvent.code`. */
	holdsKey(code: string): boolean {
		return this.#names.has(`key ${code}`);
	}

	/** Lets go of everything; nothing is sent when nothing is held. */
	release(): void {
		if (this.holding) this.#send({ type: "release" });
		this.forget();
	}

	/** Forgets what is held, as when the channel closed: the host has let go by itself. */
	forget(): void {
		this.#names.clear();
		this.#buttons = 0;
		this.#contacts = 0;
		this.#beat();
	}

	#note(message: ViewerMessage): void {
		switch (message.type) {
			case "key":
				this.#hold(`key ${message.code}`, message.down);
				break;
			case "button":
				this.#hold(`button ${message.id}`, message.down);
				break;
			case "pointer":
				this.#buttons = message.buttons;
				break;
			case "touch":
				this.#contacts = message.contacts.length;
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
			? this.#repeat(HEARTBEAT_EVERY, () => this.#send({ type: "heartbeat" }))
			: undefined;
	}
}
