import type { CharacterKey, Notches, ViewerMessage } from "../../../signaling/protocol/input.ts";
import { encodeViewerMessage } from "../../../signaling/protocol/input-codec.ts";
import type { Clock } from "../clock.ts";
import type { Contact, InputSink } from "../provider.ts";

/** How often the host hears that something is still held, ms; it releases everything after 250 ms of silence. */
const HEARTBEAT_EVERY = 100;

/** Sends input to the host of a scanout, in the messages that viewers use. */
export class HxfrInput implements InputSink {
	readonly #clock: Clock;
	readonly #send: (input: Uint8Array) => void;
	readonly #held = new Set<string>();
	#cancelHeartbeat: (() => void) | undefined;

	constructor(clock: Clock, send: (input: Uint8Array) => void) {
		this.#clock = clock;
		this.#send = send;
	}

	pointer(x: number, y: number, buttons: number): void {
		this.#hold("pointer", buttons !== 0);
		this.#sendMessage({ type: "pointer", x, y, buttons });
	}

	wheel(x: number, y: number, dx: number, dy: number, notches?: Notches): void {
		this.#sendMessage({ type: "wheel", x, y, dx, dy, ...(notches && { notches }) });
	}

	key(code: string, down: boolean): void {
		this.#hold(`key ${code}`, down);
		this.#sendMessage({ type: "key", code, down });
	}

	/** The other end knows the keyboard. */
	press(key: CharacterKey): void {
		this.#hold(`key ${key.code}`, true);
		this.#sendMessage({ type: "press", ...key });
	}

	text(text: string): void {
		this.#sendMessage({ type: "text", text });
	}

	touch(contacts: readonly Contact[]): void {
		this.#hold("touch", contacts.length > 0);
		this.#sendMessage({ type: "touch", contacts: contacts.map(({ id, x, y }) => ({ id, x, y })) });
	}

	/** A scanout has no buttons of its own. */
	button(): void {}

	/** Releases everything: the host is gone, or the device is closed. */
	reset(): void {
		if (this.#held.size > 0) this.#sendMessage({ type: "release" });
		this.#held.clear();
		this.#beat();
	}

	#hold(what: string, held: boolean): void {
		if (held) this.#held.add(what);
		else this.#held.delete(what);
		this.#beat();
	}

	#beat(): void {
		if (this.#held.size === 0) {
			this.#cancelHeartbeat?.();
			this.#cancelHeartbeat = undefined;
			return;
		}
		this.#cancelHeartbeat ??= this.#clock.after(HEARTBEAT_EVERY, () => {
			this.#cancelHeartbeat = undefined;
			this.#sendMessage({ type: "heartbeat" });
			this.#beat();
		});
	}

	#sendMessage(message: ViewerMessage): void {
		this.#send(encodeViewerMessage(message));
	}
}
