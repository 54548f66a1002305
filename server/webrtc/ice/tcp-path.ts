import type { Socket } from "node:net";
import { frameOf } from "./frame-reader.ts";
import type { HostAddress } from "./host-address.ts";
import { Path } from "./path.ts";

/** Bytes that may wait in a connection whose other end does not read; what comes then is dropped. */
const MAX_WAITING = 1024 * 1024;

/** One ICE-TCP connection; it ends when its owner needs it no more. */
export class TcpPath extends Path {
	readonly #socket: Socket;
	readonly #trusted: () => void;

	/** `trusted`: a check with the right password came over it for the first time. */
	constructor(host: HostAddress, socket: Socket, trusted: () => void) {
		super(host, socket.remoteAddress ?? "", socket.remotePort ?? 0);
		this.#socket = socket;
		this.#trusted = trusted;
	}

	send(packet: Buffer, length: number): boolean {
		const socket = this.#socket;
		if (!socket.writable || socket.writableLength > MAX_WAITING) return false;
		// All packets of a turn go to the system in one call.
		if (socket.writableCorked === 0) {
			socket.cork();
			process.nextTick(() => socket.uncork());
		}
		socket.write(frameOf(packet, length));
		return false;
	}

	queuedBytes(): number {
		return this.#socket.writableLength;
	}

	protected opened(): void {
		this.#trusted();
	}

	protected released(): void {
		this.#socket.destroy();
	}
}
