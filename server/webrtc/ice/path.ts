import { type HostCandidate, type PathKind, pathKind } from "./candidate.ts";

/** One local UDP address that all viewers of a host share. */
export interface DatagramSocket {
	/** Its number in the sender pool, which can send out of it by itself. */
	readonly id: number;
	readonly address: string;
	readonly port: number;
	send(packet: Buffer, address: string, port: number): void;
	/** Bytes that the system has not taken yet. */
	queuedBytes(): number;
	close(): Promise<void>;
}

export interface DatagramEvents {
	/** A packet came; RTCP of a pool's own senders stays there. The memory is the receiver's. */
	packet(packet: Buffer, address: string, port: number): void;
}

/** Where packets to a viewer go. */
export interface PacketPath {
	send(packet: Buffer): void;
	/** Bytes that the system has not taken yet. */
	queuedBytes(): number;
	/** Where it goes when it is UDP, so that the sender pool can go there by itself. */
	readonly datagram?: { readonly socket: DatagramSocket; readonly address: string; readonly port: number };
}

/** Whose packets come over a path. */
export interface PathOwner {
	/** Takes DTLS, SRTP, or what is neither and no genuine check, which only counts. */
	packet(packet: Buffer): void;
	/** The path cannot be used any more, or is another's. */
	lost(path: Path): void;
}

/** One way between us and a viewer: a local socket and a remote address. */
export abstract class Path implements PacketPath {
	readonly host: HostCandidate;
	readonly remoteAddress: string;
	readonly remotePort: number;
	readonly datagram?: NonNullable<PacketPath["datagram"]>;
	#owner: PathOwner | undefined;

	constructor(host: HostCandidate, remoteAddress: string, remotePort: number) {
		this.host = host;
		this.remoteAddress = remoteAddress;
		this.remotePort = remotePort;
	}

	get kind(): PathKind {
		return pathKind(this.host.transport, this.host.address);
	}

	/** Whoever the last check with a right password was for; nobody's before the first. */
	get owner(): PathOwner | undefined {
		return this.#owner;
	}

	/** A check with the right password was for `owner`; whoever had the path before is told that it is lost. */
	giveTo(owner: PathOwner): void {
		const before = this.#owner;
		if (before === owner) return;
		this.#owner = owner;
		before?.lost(this);
		if (before === undefined) this.opened();
	}

	/** Its owner needs it no more; packets that still come over it are a stranger's. */
	release(): void {
		if (this.#owner === undefined) return;
		this.#owner = undefined;
		this.released();
	}

	abstract send(packet: Buffer): void;
	abstract queuedBytes(): number;
	/** It has its first owner. */
	protected abstract opened(): void;
	protected abstract released(): void;
}
