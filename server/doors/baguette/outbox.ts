/** The sending end of a WebSocket, as the package `ws` has it. */
export interface BinarySocket {
	/** Bytes that wait to be sent. */
	readonly bufferedAmount: number;
	send(data: Uint8Array, options: { binary: true }, sent: (error?: Error) => void): void;
}

/** Most that may wait for a client that decodes references, and of a stream of stills, bytes; Baguette's own bounds. */
export const MAX_AVCC_WAITING = 32 * 1024 * 1024;
export const MAX_MJPEG_WAITING = 4 * 1024 * 1024;

/** Sends every picture, as each may be needed by those after it. */
export class ReferenceOutbox {
	readonly #socket: BinarySocket;
	readonly #most: number;
	readonly #overrun: () => void;
	#over = false;

	/** `overrun` is called once, when more would wait than `most` bytes; nothing is sent from then on. */
	constructor(socket: BinarySocket, overrun: () => void, most = MAX_AVCC_WAITING) {
		this.#socket = socket;
		this.#overrun = overrun;
		this.#most = most;
	}

	send(data: Uint8Array): void {
		if (this.#over) return;
		if (this.#socket.bufferedAmount + data.length > this.#most) {
			this.#over = true;
			return this.#overrun();
		}
		this.#socket.send(data, { binary: true }, ignore);
	}
}

/** Sends pictures that stand alone: while one is on its way only the newest waits, and older ones are dropped. */
export class NewestOutbox {
	readonly #socket: BinarySocket;
	readonly #most: number;
	#waiting: Uint8Array | undefined;
	#sending = false;

	constructor(socket: BinarySocket, most = MAX_MJPEG_WAITING) {
		this.#socket = socket;
		this.#most = most;
	}

	send(data: Uint8Array): void {
		// One that is too long by itself would be too long later, too.
		if (data.length > this.#most) return;
		this.#waiting = data;
		this.#next();
	}

	#next(): void {
		const data = this.#waiting;
		if (this.#sending || !data || this.#socket.bufferedAmount + data.length > this.#most) return;
		this.#waiting = undefined;
		this.#sending = true;
		this.#socket.send(data, { binary: true }, () => {
			this.#sending = false;
			this.#next();
		});
	}
}

/** Whoever sends hears of a lost connection by its own event. */
function ignore(): void {}
