const HEADER = 13;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;

/**
 * Takes out of DTLS packets (RFC 6347, 4.1) what a client repeats of its certificate and keys because an answer was
 * slow. The library would take a repeated key exchange for a new one and derive other keys than the client, which then
 * waits for ever. Client hellos and encrypted records stay: what lost answers they stand for is sent again.
 */
export class RepeatedRecords {
	readonly #seen = new Set<string>();

	/** The packet without records that came before; empty when nothing is left, as it is when it is cut short. */
	removeFrom(packet: Buffer): Buffer {
		const kept: Buffer[] = [];
		for (let at = 0; at < packet.length; ) {
			if (packet.length < at + HEADER) return packet;
			const end = at + HEADER + packet.readUInt16BE(at + 11);
			const record = packet.subarray(at, end);
			if (!this.#isRepeated(record)) kept.push(record);
			at = end;
		}
		return kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
	}

	#isRepeated(record: Buffer): boolean {
		const plain = record.readUInt16BE(3) === 0;
		if (record[0] !== HANDSHAKE || !plain || record[HEADER] === CLIENT_HELLO) return false;
		// Record numbers are new each time, what the records hold is not.
		const body = record.toString("latin1", HEADER);
		if (this.#seen.has(body)) return true;
		this.#seen.add(body);
		return false;
	}
}
