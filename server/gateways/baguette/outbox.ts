/** The sending end of a WebSocket, as the package `ws` has it. */
export interface BinarySocket {
	/** Bytes that wait to be sent. */
	readonly bufferedAmount: number;
	send(data: Uint8Array, options: { binary: true }, sent: (error?: Error) => void): void;
}

/** Most that may wait for a client, bytes. */
export interface OutboxLimits {
	/** Of pictures that others refer to. */
	readonly references: number;
	/** Of a stream of screenshots. */
	readonly screenshots: number;
}

/** Baguette's own bounds. */
export const outboxLimits: OutboxLimits = { references: 32 * 1024 * 1024, screenshots: 4 * 1024 * 1024 };

/** What waits for one client. */
export class Outbox {
	readonly #socket: BinarySocket;
	readonly #limits: OutboxLimits;
	readonly #overrun: () => void;
	#over = false;

	/** `overrun` is called once, when a picture that others refer to would be one too many; none is sent after that. */
	constructor(socket: BinarySocket, overrun: () => void, limits = outboxLimits) {
		this.#socket = socket;
		this.#overrun = overrun;
		this.#limits = limits;
	}

	/** Sends a picture that others may refer to. */
	reference(data: Uint8Array): void {
		if (this.#over) return;
		if (this.#socket.bufferedAmount + data.length > this.#limits.references) {
			this.#over = true;
			return this.#overrun();
		}
		// Whoever sends hears of a lost connection by its own event.
		this.#socket.send(data, { binary: true }, () => {});
	}

	/** Sends a picture that stands alone, if there is room. Settles when the client takes more: the next is newer then. */
	screenshot(data: Uint8Array): Promise<void> {
		if (this.#socket.bufferedAmount + data.length > this.#limits.screenshots) return Promise.resolve();
		return new Promise((sent) => this.#socket.send(data, { binary: true }, () => sent()));
	}
}
