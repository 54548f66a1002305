import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv4 } from "node:net";
import { type HostAddress, hostPriority, pathKind } from "./host-address.ts";
import type { HostSocket, Path, PathEvents } from "./path.ts";

/** Trusted remote addresses kept; the oldest is forgotten and must show the password again. */
const MAX_TRUSTED = 16;

/** Asked of the system, which may give less: a large keyframe goes out in one turn. Bytes. */
const SEND_BUFFER = 1024 * 1024;

/** Binds a UDP socket; `place` is the address's place in the list of addresses. Throws what the system says. */
export async function openUdpSocket(
	address: string,
	port: number,
	place: number,
	events: PathEvents,
): Promise<HostSocket> {
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
	return new UdpHostSocket(socket, address, place, events);
}

class UdpHostSocket implements HostSocket {
	readonly host: HostAddress;
	readonly #socket: Socket;
	readonly #paths = new Map<string, UdpPath>();
	#closing: Promise<void> | undefined;

	constructor(socket: Socket, address: string, place: number, events: PathEvents) {
		this.#socket = socket;
		this.host = {
			transport: "udp",
			address,
			port: socket.address().port,
			priority: hostPriority("udp", place),
		};
		socket.on("message", (packet, remote) => {
			const key = `${remote.address} ${remote.port}`;
			const path =
				this.#paths.get(key) ??
				new UdpPath(socket, this.host, remote.address, remote.port, (trusted) => this.#keep(key, trusted));
			events.packet(packet, path);
		});
		// An unreachable viewer shows as silence; the socket itself stays usable.
		socket.on("error", () => {});
	}

	close(): Promise<void> {
		this.#closing ??= new Promise((resolve) => this.#socket.close(resolve));
		return this.#closing;
	}

	#keep(key: string, path: UdpPath): void {
		const oldest = this.#paths.keys().next();
		if (this.#paths.size >= MAX_TRUSTED && !oldest.done) this.#paths.delete(oldest.value);
		this.#paths.set(key, path);
	}
}

class UdpPath implements Path {
	readonly kind;
	readonly host: HostAddress;
	readonly remoteAddress: string;
	readonly remotePort: number;
	readonly #socket: Socket;
	readonly #keep: (path: UdpPath) => void;
	#trusted = false;

	constructor(
		socket: Socket,
		host: HostAddress,
		address: string,
		port: number,
		keep: (path: UdpPath) => void,
	) {
		this.#socket = socket;
		this.host = host;
		this.kind = pathKind("udp", host.address);
		this.remoteAddress = address;
		this.remotePort = port;
		this.#keep = keep;
	}

	get trusted(): boolean {
		return this.#trusted;
	}

	trust(): void {
		if (this.#trusted) return;
		this.#trusted = true;
		this.#keep(this);
	}

	send(packet: Buffer, length: number): boolean {
		try {
			this.#socket.send(packet, 0, length, this.remotePort, this.remoteAddress);
			return this.#socket.getSendQueueCount() > 0;
		} catch {
			// The socket was closed meanwhile.
			return false;
		}
	}

	queuedBytes(): number {
		return this.#socket.getSendQueueSize();
	}
}
