import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv4 } from "node:net";
import type { DatagramEvents, DatagramSocket } from "./datagram-socket.ts";

/**
 * Asked of the system, which may give less, bytes. Keyframes for many viewers go out in one turn, and feedback of many
 * viewers comes in while a picture is worked on.
 */
const SEND_BUFFER = 4 * 1024 * 1024;
const RECEIVE_BUFFER = 2 * 1024 * 1024;

/** Binds a UDP socket of Node's; port 0: any. Throws what the system says. */
export async function openScriptDatagramSocket(
	address: string,
	port: number,
	events: DatagramEvents,
): Promise<DatagramSocket> {
	const family = isIPv4(address) ? 4 : 6;
	const socket = createSocket({
		type: family === 4 ? "udp4" : "udp6",
		ipv6Only: family === 6,
		// Remote addresses are numeric. Answering at once makes `send` run to the system call before it returns.
		lookup: (host, _options, done) => done(null, host, family),
	});
	try {
		const listening = once(socket, "listening");
		socket.bind({ address, port, exclusive: true });
		await listening;
	} catch (error) {
		socket.close();
		throw error;
	}
	socket.setSendBufferSize(SEND_BUFFER);
	socket.setRecvBufferSize(RECEIVE_BUFFER);
	socket.on("message", (packet, remote) => events.packet(packet, remote.address, remote.port));
	// An unreachable viewer shows as silence; the socket itself stays usable.
	socket.on("error", () => {});
	return new ScriptDatagramSocket(socket, address);
}

class ScriptDatagramSocket implements DatagramSocket {
	readonly address: string;
	readonly port: number;
	readonly #socket: Socket;
	#closing: Promise<void> | undefined;

	constructor(socket: Socket, address: string) {
		this.#socket = socket;
		this.address = address;
		this.port = socket.address().port;
	}

	send(packet: Buffer, length: number, address: string, port: number): boolean {
		if (this.#closing !== undefined) return false;
		try {
			this.#socket.send(packet, 0, length, port, address);
			return this.#socket.getSendQueueCount() > 0;
		} catch {
			// A remote address that the system refuses is as good as a packet lost.
			return false;
		}
	}

	queuedBytes(): number {
		return this.#closing === undefined ? this.#socket.getSendQueueSize() : 0;
	}

	close(): Promise<void> {
		this.#closing ??= new Promise((resolve) => this.#socket.close(resolve));
		return this.#closing;
	}
}
