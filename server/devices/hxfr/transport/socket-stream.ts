import { Duplex } from "node:stream";
import type { Addon, StreamSocket, StreamSocketOptions } from "../../../native/addon.ts";

/** Bytes asked for at once. */
const CHUNK = 64 * 1024;
/** Bits of the addon's events. */
const EVENT = { readable: 1, writable: 2, failed: 4 } as const;

type Target = { readonly descriptor: number } | { readonly cid: number; readonly port: number };

/**
 * A socket of the addon as a stream of Node. It emits `connect` once it is connected, unless it was made of a
 * connection.
 */
export class SocketStream extends Duplex {
	readonly #socket: StreamSocket;
	#connecting: boolean;
	#reading = false;
	#left: Uint8Array | undefined;
	#written: ((error?: Error | null) => void) | undefined;

	/** Throws an Error with code `socket-failed`. */
	constructor(addon: Pick<Addon, "StreamSocket">, target: Target) {
		super({ allowHalfOpen: false, writableHighWaterMark: CHUNK });
		this.#connecting = "cid" in target;
		const options: StreamSocketOptions = { ...target, onEvent: (events) => this.#happened(events) };
		this.#socket = new addon.StreamSocket(options);
	}

	override _read(): void {
		this.#reading = true;
		this.#watch();
	}

	override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error | null) => void): void {
		this.#left = chunk;
		this.#written = done;
		if (!this.#connecting) this.#writeOn();
	}

	override _final(done: (error?: Error | null) => void): void {
		this.#socket.shutdown();
		done();
	}

	override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
		this.#socket.close();
		done(error);
	}

	#happened(events: number): void {
		if (this.destroyed) return;
		if (events & EVENT.failed) return void this.destroy(new Error(this.#socket.failure));
		if (this.#connecting) {
			this.#connecting = false;
			this.emit("connect");
			if (this.#left) this.#writeOn();
			return this.#watch();
		}
		if (events & EVENT.writable && this.#left) this.#writeOn();
		if (events & EVENT.readable && this.#reading) this.#readOn();
		this.#watch();
	}

	/** Once an event: whoever sends without end must not keep the thread from everything else. */
	#readOn(): void {
		const bytes = Buffer.allocUnsafeSlow(CHUNK);
		const count = this.#attempt(() => this.#socket.read(bytes));
		if (count === undefined || count < 0) return;
		this.#reading = false;
		if (count === 0) this.push(null);
		// Small messages must not each hold the memory of a large one.
		else this.push(count < CHUNK / 4 ? Buffer.from(bytes.subarray(0, count)) : bytes.subarray(0, count));
	}

	#writeOn(): void {
		const left = this.#left;
		if (!left) return;
		const count = this.#attempt(() => this.#socket.write(left));
		if (count === undefined) return;
		this.#left = count < left.length ? left.subarray(count) : undefined;
		if (this.#left) return this.#watch();
		const done = this.#written;
		this.#written = undefined;
		done?.();
	}

	#watch(): void {
		if (!this.destroyed && !this.#connecting) this.#socket.watch(this.#reading, this.#left !== undefined);
	}

	#attempt(action: () => number): number | undefined {
		try {
			return action();
		} catch (error) {
			this.destroy(error instanceof Error ? error : new Error(String(error)));
			return undefined;
		}
	}
}
