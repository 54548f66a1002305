import type { ViewerMessage } from "../../../signaling/protocol/input.ts";

/** Sends one message to the device; false when it could not go out. */
export type SendInput = (message: ViewerMessage) => boolean;

/** Calls back every `ms` until the returned function is called. */
type Repeat = (ms: number, callback: () => void) => () => void;

/** The host lets go of everything after 250 ms of silence; a sign of life every 100 ms survives one that is late. */
export const HEARTBEAT_EVERY = 100;

const repeatedly: Repeat = (ms, callback) => {
	const timer = setInterval(callback, ms);
	return () => clearInterval(timer);
};

/**
 * The one way of input to the device. It watches what goes by to know what is held, keeps the host assured of it while
 * it is, and lets go of all of it at once. Contacts and pointer buttons are said again each time, so that a page that
 * was stuck for a moment, and for which the host let go, goes on with its drag; a key would type twice.
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
		this.#pointer = undefined;
		this.#touch = undefined;
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
