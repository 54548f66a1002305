import type { SenderPath } from "../sender/sender-pool.ts";
import { type HostAddress, type PathKind, pathKind } from "./host-address.ts";

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
