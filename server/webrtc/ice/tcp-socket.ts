import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { FrameReader, frameOf } from "./frame-reader.ts";
import { type HostAddress, hostPriority, pathKind } from "./host-address.ts";
import type { HostSocket, Path, PathEvents } from "./path.ts";

/** Connections at a time to one viewer's address; more are refused. */
const MAX_CONNECTIONS = 8;

/** A connection that showed no password by then is ended, milliseconds. */
const TRUST_DEADLINE = 10_000;

/** Listens for ICE-TCP connections (RFC 6544, passive candidates). Throws what the system says. */
export async function openTcpSocket(
	address: string,
	port: number,
	place: number,
	events: PathEvents,
): Promise<HostSocket> {
	const server = createServer({ noDelay: true });
	server.maxConnections = MAX_CONNECTIONS;
	server.listen({ host: address, port, exclusive: true });
	await once(server, "listening");
	return new TcpHostSocket(server, address, place, events);
}

class TcpHostSocket implements HostSocket {
	readonly host: HostAddress;
	readonly #server: Server;
	readonly #connections = new Set<Socket>();
	#closing: Promise<void> | undefined;

	constructor(server: Server, address: string, place: number, events: PathEvents) {
		this.#server = server;
		const bound = server.address();
		const port = bound !== null && typeof bound === "object" ? bound.port : 0;
		this.host = { transport: "tcp", address, port, priority: hostPriority("tcp", place) };
		server.on("connection", (socket) => this.#accept(socket, events));
		server.on("error", () => {});
	}

	close(): Promise<void> {
		this.#closing ??= new Promise((resolve) => {
			this.#server.close(() => resolve());
			for (const socket of this.#connections) socket.destroy();
		});
		return this.#closing;
	}

	#accept(socket: Socket, events: PathEvents): void {
		this.#connections.add(socket);
		const path = new TcpPath(socket, this.host);
		const reader = new FrameReader();
		const deadline = setTimeout(() => {
			if (!path.trusted) socket.destroy();
		}, TRUST_DEADLINE);
		socket.on("data", (chunk) => {
			if (!reader.read(chunk, (packet) => events.packet(packet, path))) socket.destroy();
		});
		socket.on("error", () => socket.destroy());
		socket.on("close", () => {
			clearTimeout(deadline);
			this.#connections.delete(socket);
			if (path.trusted) events.lost(path);
		});
	}
}

class TcpPath implements Path {
	readonly kind;
	readonly host: HostAddress;
	readonly remoteAddress: string;
	readonly remotePort: number;
	readonly #socket: Socket;
	#trusted = false;

	constructor(socket: Socket, host: HostAddress) {
		this.#socket = socket;
		this.host = host;
		this.kind = pathKind("tcp", host.address);
		this.remoteAddress = socket.remoteAddress ?? "";
		this.remotePort = socket.remotePort ?? 0;
	}

	get trusted(): boolean {
		return this.#trusted;
	}

	trust(): void {
		this.#trusted = true;
	}

	send(packet: Buffer, length: number): boolean {
		const socket = this.#socket;
		if (!socket.writable) return false;
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
}
