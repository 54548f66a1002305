import type { Clock } from "../../../signaling/clock.ts";
import { type HostCandidate, hostPriority } from "./candidate.ts";
import { type DatagramEvents, type DatagramSocket, Path } from "./path.ts";
import { isStun } from "./stun.ts";
import type { DropReason, StunDemux } from "./stun-demux.ts";

/** Opens a UDP socket; port 0: any. Fails as the system says. */
export type OpenSocket = (address: string, port: number, events: DatagramEvents) => Promise<DatagramSocket>;

export interface ListenerOptions {
	readonly demux: StunDemux;
	readonly clock: Clock;
	dropped(reason: DropReason): void;
}

/** One UDP address of a host: gives packets to the agent whose path the remote address is, drops all others. */
export class UdpListener {
	readonly host: HostCandidate;
	readonly #socket: DatagramSocket;
	readonly #options: ListenerOptions;
	/** By remote address and port; those that an agent owns, who bounds them. */
	readonly #paths = new Map<string, UdpPath>();

	private constructor(socket: DatagramSocket, address: string, place: number, options: ListenerOptions) {
		this.#socket = socket;
		this.#options = options;
		this.host = { transport: "udp", address, port: socket.port, priority: hostPriority("udp", place) };
	}

	/** `place`: of the address in the list of addresses. Fails as the system says. */
	static async open(
		openSocket: OpenSocket,
		[address, place]: readonly [string, number],
		port: number,
		options: ListenerOptions,
	): Promise<UdpListener> {
		// What comes before it is there comes again.
		let receive: DatagramEvents["packet"] = () => {};
		const socket = await openSocket(address, port, {
			packet: (packet, from, fromPort) => receive(packet, from, fromPort),
		});
		const listener = new UdpListener(socket, address, place, options);
		receive = (packet, from, fromPort) => listener.#receive(packet, from, fromPort);
		return listener;
	}

	close(): Promise<void> {
		return this.#socket.close();
	}

	#receive(packet: Buffer, address: string, port: number): void {
		const key = `${address} ${port}`;
		const path = this.#paths.get(key);
		if (!isStun(packet)) {
			if (path?.owner === undefined) this.#options.dropped("unknown-address");
			else path.owner.packet(packet);
			return;
		}
		const check = this.#options.demux.verify(packet, address, path?.owner);
		if (check !== undefined) check.agent.checked(check.request, path ?? this.#newPath(key, address, port));
		else path?.owner?.packet(packet);
	}

	#newPath(key: string, address: string, port: number): UdpPath {
		return new UdpPath(this.host, this.#socket, address, port, {
			opened: (path) => this.#paths.set(key, path),
			released: () => this.#paths.delete(key),
			sharers: () => this.#paths.size,
		});
	}
}

interface UdpPathEvents {
	opened(path: UdpPath): void;
	released(): void;
	sharers(): number;
}

class UdpPath extends Path {
	override readonly datagram;
	readonly #events: UdpPathEvents;

	constructor(
		host: HostCandidate,
		socket: DatagramSocket,
		address: string,
		port: number,
		events: UdpPathEvents,
	) {
		super(host, address, port);
		this.datagram = { socket, address, port };
		this.#events = events;
	}

	send(packet: Buffer): void {
		this.datagram.socket.send(packet, this.remoteAddress, this.remotePort);
	}

	/** The share of what waits in the socket for all. */
	queuedBytes(): number {
		return this.datagram.socket.queuedBytes() / Math.max(1, this.#events.sharers());
	}

	protected opened(): void {
		this.#events.opened(this);
	}

	protected released(): void {
		this.#events.released();
	}
}
