import type { NativeRtpPool } from "../../native/rtp-pool.ts";
import type { DatagramSocket } from "../ice/datagram-socket.ts";

/** A UDP socket of a native pool. */
export class NativeDatagramSocket implements DatagramSocket {
	readonly id: number;
	readonly address: string;
	readonly port: number;
	readonly #native: NativeRtpPool;
	readonly #closed: (id: number) => void;

	/** Binds it; port 0: any. Throws what the system says. */
	constructor(native: NativeRtpPool, address: string, port: number, closed: (id: number) => void) {
		const opened = native.openSocket(address, port);
		this.id = opened.id;
		this.address = address;
		this.port = opened.port;
		this.#native = native;
		this.#closed = closed;
	}

	send(packet: Buffer, length: number, address: string, port: number): boolean {
		try {
			this.#native.sendDatagram(this.id, packet, length, address, port);
		} catch {
			// A remote address that makes no sense is as good as a packet lost.
		}
		return false;
	}

	/** What the system does not take at once is lost. */
	queuedBytes(): number {
		return 0;
	}

	async close(): Promise<void> {
		this.#closed(this.id);
		this.#native.closeSocket(this.id);
	}
}
