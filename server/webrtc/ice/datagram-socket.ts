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
