import type { SenderPath } from "../rtp/sender.ts";
import { type HostAddress, type PathKind, pathKind } from "./candidate.ts";

/** One local UDP address that all viewers of a host share. */
export interface DatagramSocket {
	readonly address: string;
	readonly port: number;
	/** Sends `packet[0, length)`; true when the memory is still in use afterwards. */
	send(packet: Buffer, length: number, address: string, port: number): boolean;
	/** Bytes that the system has not taken yet. */
	queuedBytes(): number;
	close(): Promise<void>;
}

export interface DatagramEvents {
	/** A packet came; a native socket keeps RTCP of its own senders to itself. The memory is the receiver's. */
	packet(packet: Buffer, address: string, port: number): void;
}

/** Whose packets come over a path. */
export interface PathOwner {
	/** Takes DTLS or SRTP. */
	packet(packet: Buffer): void;
	/** The path cannot be used any more, or is another's. */
	lost(path: Path): void;
}

/** One way between us and a viewer: a local socket and a remote address. */
export abstract class Path implements SenderPath {
	readonly host: HostAddress;
	readonly remoteAddress: string;
	readonly remotePort: number;
	readonly datagram?: NonNullable<SenderPath["datagram"]>;
	#owner: PathOwner | undefined;

	constructor(host: HostAddress, remoteAddress: string, remotePort: number) {
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

	abstract send(packet: Buffer, length: number): boolean;
	abstract queuedBytes(): number;
	/** It has its first owner. */
	protected abstract opened(): void;
	protected abstract released(): void;
}
