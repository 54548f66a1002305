import type { HostAddress, PathKind } from "./host-address.ts";

/** One way between us and a viewer: a local socket and a remote address. */
export interface Path {
	readonly kind: PathKind;
	readonly host: HostAddress;
	readonly remoteAddress: string;
	readonly remotePort: number;
	/** A connectivity check with the right password came over it. */
	readonly trusted: boolean;
	/** Makes it trusted; from then on the same object stands for the same remote address. */
	trust(): void;
	/** Sends `packet[0, length)`; true when the memory is still in use afterwards. */
	send(packet: Buffer, length: number): boolean;
	/** Bytes that the system has not taken yet. */
	queuedBytes(): number;
}

/** Where a socket's packets go. */
export interface PathEvents {
	packet(packet: Buffer, path: Path): void;
	/** A trusted path cannot be used any more. */
	lost(path: Path): void;
}

/** A local socket that viewers reach us at. */
export interface HostSocket {
	readonly host: HostAddress;
	close(): Promise<void>;
}
