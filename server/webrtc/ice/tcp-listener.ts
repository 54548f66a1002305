import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { networkOf } from "../../../signaling/rate-limit.ts";
import { type HostCandidate, hostPriority } from "./candidate.ts";
import { Path } from "./path.ts";
import { isStun } from "./stun.ts";
import type { ListenerOptions } from "./udp-listener.ts";

/** Bytes that may wait in a connection whose other end does not read; what comes then is dropped. */
const MAX_WAITING = 1024 * 1024;

/** One ICE-TCP connection; it ends when its owner needs it no more. */
export class TcpPath extends Path {
	readonly #socket: Socket;
	readonly #trusted: () => void;

	/** `trusted`: a check with the right password came over it for the first time. */
	constructor(host: HostCandidate, socket: Socket, trusted: () => void) {
		super(host, socket.remoteAddress ?? "", socket.remotePort ?? 0);
		this.#socket = socket;
		this.#trusted = trusted;
	}

	send(packet: Buffer): void {
		const socket = this.#socket;
		if (!socket.writable || socket.writableLength > MAX_WAITING) return;
		// All packets of a turn go to the system in one call.
		if (socket.writableCorked === 0) {
			socket.cork();
			process.nextTick(() => socket.uncork());
		}
		socket.write(frameOf(packet));
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

/** Longest frame taken: viewers send checks, DTLS records and feedback, each within one packet of a network. */
export const MAX_FRAME = 4096;

/** Cuts a TCP stream into the packets that RFC 4571 frames with a 16-bit length. */
export class FrameReader {
	readonly #memory = Buffer.alloc(2 + MAX_FRAME);
	#filled = 0;

	/** Calls back with each whole frame. Answers false when a frame is too long: the stream is of no more use. */
	read(chunk: Buffer, frame: (packet: Buffer) => void): boolean {
		let rest = chunk;
		while (rest.length > 0) {
			const wanted = this.#filled < 2 ? 2 : 2 + this.#memory.readUInt16BE(0);
			if (wanted > this.#memory.length) return false;
			const taken = rest.copy(this.#memory, this.#filled, 0, wanted - this.#filled);
			this.#filled += taken;
			rest = rest.subarray(taken);
			if (this.#filled >= 2 && this.#filled === 2 + this.#memory.readUInt16BE(0)) {
				this.#filled = 0;
				const length = this.#memory.readUInt16BE(0);
				frame(Buffer.from(this.#memory.subarray(2, 2 + length)));
			}
		}
		return true;
	}
}

/** A packet with its length in front, in new memory. */
export function frameOf(packet: Buffer): Buffer {
	const frame = Buffer.allocUnsafe(2 + packet.length);
	frame.writeUInt16BE(packet.length, 0);
	packet.copy(frame, 2);
	return frame;
}

/** Connections to one address at a time. */
const MAX_CONNECTIONS = 4096;

/** Connections that showed no password yet: in all, and of one network. The oldest gives way to a newer one. */
const MAX_STRANGERS = 256;
const MAX_STRANGERS_OF_NETWORK = 64;

/** A connection that showed no password by then is ended, milliseconds. */
const TRUST_DEADLINE = 5_000;

/** One address of a host where viewers open ICE-TCP connections (RFC 6544, passive candidates). */
export class TcpListener {
	readonly host: HostCandidate;
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
		const check = this.#options.demux.verify(packet, path.remoteAddress, path.owner);
		if (check !== undefined) check.agent.checked(check.request, path);
		// Whoever has the password has it at once; another guess needs another connection.
		else if (path.owner === undefined) socket.destroy();
		else path.owner.packet(packet);
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
