import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { networkOf } from "../../../signaling/rate-limit.ts";
import { FrameReader } from "./frame-reader.ts";
import { type HostAddress, hostPriority } from "./host-address.ts";
import { isStun } from "./stun.ts";
import { TcpPath } from "./tcp-path.ts";
import type { ListenerOptions } from "./udp-listener.ts";

/** Connections to one address at a time. */
const MAX_CONNECTIONS = 4096;

/** Connections that showed no password yet: in all, and of one network. The oldest gives way to a newer one. */
const MAX_STRANGERS = 256;
const MAX_STRANGERS_OF_NETWORK = 64;

/** A connection that showed no password by then is ended, milliseconds. */
const TRUST_DEADLINE = 5_000;

/** One address of a host where viewers open ICE-TCP connections (RFC 6544, passive candidates). */
export class TcpListener {
	readonly host: HostAddress;
	readonly #server: Server;
	readonly #options: ListenerOptions;
	readonly #connections = new Set<Socket>();
	/** In the order they came; with their network. */
	readonly #strangers = new Map<Socket, string>();
	#closing: Promise<void> | undefined;

	private constructor(server: Server, address: string, place: number, options: ListenerOptions) {
		this.#server = server;
		this.#options = options;
		const bound = server.address();
		const port = bound !== null && typeof bound === "object" ? bound.port : 0;
		this.host = { transport: "tcp", address, port, priority: hostPriority("tcp", place) };
		server.on("connection", (socket) => this.#accept(socket));
		server.on("drop", () => options.dropped("crowded"));
		server.on("error", () => {});
	}

	/** `place`: of the address in the list of addresses; port 0: any. Fails as the system says. */
	static async open(
		[address, place]: readonly [string, number],
		port: number,
		options: ListenerOptions,
	): Promise<TcpListener> {
		const server = createServer({ noDelay: true });
		server.maxConnections = MAX_CONNECTIONS;
		server.listen({ host: address, port, exclusive: true });
		await once(server, "listening");
		return new TcpListener(server, address, place, options);
	}

	close(): Promise<void> {
		this.#closing ??= new Promise((resolve) => {
			this.#server.close(() => resolve());
			for (const socket of this.#connections) socket.destroy();
		});
		return this.#closing;
	}

	#accept(socket: Socket): void {
		this.#connections.add(socket);
		this.#makeRoom(networkOf(socket.remoteAddress));
		this.#strangers.set(socket, networkOf(socket.remoteAddress));
		const path = new TcpPath(this.host, socket, () => this.#strangers.delete(socket));
		const reader = new FrameReader();
		const cancelDeadline = this.#options.clock.after(TRUST_DEADLINE, () => {
			if (this.#strangers.has(socket)) this.#end(socket, "idle-connection");
		});
		socket.on("data", (chunk) => {
			if (!reader.read(chunk, (packet) => this.#receive(packet, path, socket)))
				this.#end(socket, "bad-frame");
		});
		socket.on("error", () => socket.destroy());
		socket.on("close", () => {
			cancelDeadline();
			this.#connections.delete(socket);
			this.#strangers.delete(socket);
			path.owner?.lost(path);
			path.release();
		});
	}

	#receive(packet: Buffer, path: TcpPath, socket: Socket): void {
		if (socket.destroyed) return;
		if (!isStun(packet)) {
			if (path.owner === undefined) this.#end(socket, "unknown-address");
			else path.owner.packet(packet);
			return;
		}
		const check = this.#options.desk.verify(packet, path.remoteAddress, path.owner);
		if (check !== undefined) check.agent.checked(check.request, path);
		// Whoever has the password has it at once; another guess needs another connection.
		else if (path.owner === undefined) socket.destroy();
	}

	#makeRoom(network: string): void {
		const ofNetwork = [...this.#strangers].filter(([, other]) => other === network);
		const [oldestOfNetwork] = ofNetwork[0] ?? [];
		const [oldest] = this.#strangers.keys();
		if (ofNetwork.length >= MAX_STRANGERS_OF_NETWORK && oldestOfNetwork)
			this.#end(oldestOfNetwork, "crowded");
		else if (this.#strangers.size >= MAX_STRANGERS && oldest) this.#end(oldest, "crowded");
	}

	#end(socket: Socket, reason: "idle-connection" | "bad-frame" | "unknown-address" | "crowded"): void {
		this.#options.dropped(reason);
		this.#strangers.delete(socket);
		socket.destroy();
	}
}
