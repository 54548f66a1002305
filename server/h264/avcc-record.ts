import { PortholeError } from "../../signaling/protocol/errors.ts";

/** First byte of an envelope, as Baguette has them. */
export const AVCC_TAGS = { configuration: 1, keyframe: 2, delta: 3, seed: 4 } as const;

/** What an envelope holds: an avcC record, an AVCC sample with an IDR picture or without, or a JPEG to begin with. */
export type AvccKind = keyof typeof AVCC_TAGS;

/** One envelope of an AVCC stream. */
export interface AvccEnvelope {
	readonly kind: AvccKind;
	readonly payload: Uint8Array;
}

/** Longest record that is read or written, bytes: a picture of 4K at full quality stays far below it. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

const LENGTH_BYTES = 4;
const KINDS = new Map<number, AvccKind>(
	Object.entries(AVCC_TAGS).map(([kind, tag]) => [tag, kind as AvccKind]),
);

/** Tag and payload: the form on a WebSocket, which has lengths of its own. */
export function avccEnvelope(kind: AvccKind, payload: Uint8Array): Uint8Array {
	const envelope = new Uint8Array(1 + payload.length);
	envelope[0] = AVCC_TAGS[kind];
	envelope.set(payload, 1);
	return envelope;
}

/** Reads tag and payload, which is a view. Undefined when the tag is unknown or nothing follows it. */
export function readAvccEnvelope(bytes: Uint8Array): AvccEnvelope | undefined {
	const kind = bytes[0] === undefined ? undefined : KINDS.get(bytes[0]);
	return kind && bytes.length > 1 ? { kind, payload: bytes.subarray(1) } : undefined;
}

/** An envelope with its length before it, four bytes big-endian: the form on a pipe. */
export function avccRecord(envelope: Uint8Array): Uint8Array {
	const record = Buffer.allocUnsafe(LENGTH_BYTES + envelope.length);
	record.writeUInt32BE(envelope.length);
	record.set(envelope, LENGTH_BYTES);
	return record;
}

/** Cuts a pipe's bytes, in whatever pieces they come, into envelopes. Keeps at most one unfinished record. */
export class AvccRecordReader {
	readonly #length = Buffer.alloc(LENGTH_BYTES);
	#lengthRead = 0;
	#body: Uint8Array | undefined;
	#bodyRead = 0;

	/**
	 * Takes the next piece and gives the envelopes that it completes; records with an unknown tag are skipped, as later
	 * versions may have further ones. Throws PortholeError `bad-record` at a length of 0 or above `MAX_RECORD_BYTES`:
	 * then the place in the stream is lost, and the reader is of no further use.
	 */
	push(piece: Uint8Array): AvccEnvelope[] {
		const envelopes: AvccEnvelope[] = [];
		let at = 0;
		while (at < piece.length) {
			if (!this.#body) {
				at += this.#readLength(piece, at);
				continue;
			}
			const part = piece.subarray(at, at + this.#body.length - this.#bodyRead);
			this.#body.set(part, this.#bodyRead);
			this.#bodyRead += part.length;
			at += part.length;
			if (this.#bodyRead < this.#body.length) break;
			const envelope = readAvccEnvelope(this.#body);
			if (envelope) envelopes.push(envelope);
			this.#body = undefined;
		}
		return envelopes;
	}

	/** Whether the bytes so far end within a record. */
	get unfinished(): boolean {
		return this.#lengthRead > 0 || this.#body !== undefined;
	}

	#readLength(piece: Uint8Array, at: number): number {
		const part = piece.subarray(at, at + LENGTH_BYTES - this.#lengthRead);
		this.#length.set(part, this.#lengthRead);
		this.#lengthRead += part.length;
		if (this.#lengthRead < LENGTH_BYTES) return part.length;
		const size = this.#length.readUInt32BE();
		if (size === 0 || size > MAX_RECORD_BYTES) {
			throw new PortholeError(
				"bad-record",
				`Reading AVCC records failed: a record of ${size} bytes is told, 1 to ${MAX_RECORD_BYTES} are possible. Whatever writes them does not write AVCC.`,
			);
		}
		this.#body = new Uint8Array(size);
		this.#bodyRead = 0;
		this.#lengthRead = 0;
		return part.length;
	}
}
