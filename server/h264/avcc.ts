import { PortholeError } from "../../signaling/protocol/errors.ts";
import { NAL_PPS, NAL_SPS, nalType } from "./annexb.ts";

const LENGTH_BYTES = 4;
const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** Whether bytes begin with a start code of either length (H.264, annex B). */
export function beginsWithStartCode(data: Uint8Array): boolean {
	if (data[0] !== 0 || data[1] !== 0) return false;
	return data[2] === 1 || (data[2] === 0 && data[3] === 1);
}

/**
 * The NAL units of an AVCC sample with lengths of four bytes (ISO/IEC 14496-15, 5.3.3), as views. Undefined when the
 * bytes are not one from their first to their last.
 */
export function avccUnits(data: Uint8Array): Uint8Array[] | undefined {
	const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
	const units: Uint8Array[] = [];
	let at = 0;
	while (at + LENGTH_BYTES < data.length) {
		const size = view.getUint32(at);
		at += LENGTH_BYTES;
		if (size === 0 || size > data.length - at || !isNalHeader(data[at])) return undefined;
		units.push(data.subarray(at, at + size));
		at += size;
	}
	return at === data.length && units.length > 0 ? units : undefined;
}

/** NAL units as an AVCC sample with lengths of four bytes. */
export function toAvcc(units: readonly Uint8Array[]): Uint8Array {
	const sample = Buffer.allocUnsafe(units.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0));
	let at = 0;
	for (const unit of units) {
		at = sample.writeUInt32BE(unit.length, at);
		sample.set(unit, at);
		at += unit.length;
	}
	return sample;
}

/** NAL units in Annex B with start codes of four bytes. */
export function toAnnexB(units: readonly Uint8Array[]): Uint8Array {
	const size = units.reduce((sum, { length }) => sum + START_CODE.length + length, 0);
	const stream = new Uint8Array(size);
	let at = 0;
	for (const unit of units) {
		stream.set(START_CODE, at);
		stream.set(unit, at + START_CODE.length);
		at += START_CODE.length + unit.length;
	}
	return stream;
}

/** Whether a byte can begin a NAL unit: the forbidden bit is clear, and the type one that streams have. */
export function isNalHeader(byte: number | undefined): boolean {
	return byte !== undefined && byte < 0x80 && (byte & 0x1f) > 0 && (byte & 0x1f) < 24;
}

const VERSION = 1;
/** Bytes before the first parameter set. */
const HEAD_BYTES = 6;

/** What a decoder is told before the first picture of an AVCC stream. */
export interface AvcConfiguration {
	/** With their NAL headers; views of the record. */
	readonly sps: readonly Uint8Array[];
	readonly pps: readonly Uint8Array[];
	/** Bytes of the length before each NAL unit: 1, 2 or 4. */
	readonly lengthBytes: number;
}

/**
 * Reads an avcC record (ISO/IEC 14496-15, 5.3.3.1). Undefined when it is cut short, of another version, or holds what
 * is no parameter set. What follows the parameter sets, as High profiles have it, is skipped.
 */
export function readAvcConfiguration(record: Uint8Array): AvcConfiguration | undefined {
	if (record.length < HEAD_BYTES || record[0] !== VERSION) return undefined;
	const lengthBytes = ((record[4] ?? 0) & 3) + 1;
	if (lengthBytes === 3) return undefined;
	const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
	let at = HEAD_BYTES - 1;
	const sets = (mask: number, type: number): Uint8Array[] | undefined => {
		const found: Uint8Array[] = [];
		if (at >= record.length) return undefined;
		for (let left = (record[at++] ?? 0) & mask; left > 0; left--) {
			if (at + 2 > record.length) return undefined;
			const size = view.getUint16(at);
			at += 2;
			const nal = record.subarray(at, at + size);
			if (size === 0 || nal.length < size || nalType(nal) !== type) return undefined;
			found.push(nal);
			at += size;
		}
		return found.length > 0 ? found : undefined;
	};
	const sps = sets(0x1f, NAL_SPS);
	const pps = sps && sets(0xff, NAL_PPS);
	return pps && { sps, pps, lengthBytes };
}

/** Writes an avcC record for lengths of four bytes. The SPS, with its NAL header, has at least four bytes. */
export function writeAvcConfiguration(sps: Uint8Array, pps: Uint8Array): Uint8Array {
	const record = Buffer.alloc(HEAD_BYTES + 2 + sps.length + 3 + pps.length);
	let at = record.writeUInt8(VERSION);
	// Profile, constraints and level are the three bytes after the NAL header.
	at += Buffer.from(sps.subarray(1, 4)).copy(record, at);
	// Reserved bits are ones: lengths of four bytes, one SPS.
	at = record.writeUInt8(0xff, at);
	at = record.writeUInt8(0xe1, at);
	at = record.writeUInt16BE(sps.length, at);
	record.set(sps, at);
	at = record.writeUInt8(1, at + sps.length);
	at = record.writeUInt16BE(pps.length, at);
	record.set(pps, at);
	return record;
}

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

const RECORD_LENGTH_BYTES = 4;
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
	const record = Buffer.allocUnsafe(RECORD_LENGTH_BYTES + envelope.length);
	record.writeUInt32BE(envelope.length);
	record.set(envelope, RECORD_LENGTH_BYTES);
	return record;
}

/** Cuts a pipe's bytes, in whatever pieces they come, into envelopes. Keeps at most one unfinished record. */
export class AvccRecordReader {
	readonly #length = Buffer.alloc(RECORD_LENGTH_BYTES);
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
		const part = piece.subarray(at, at + RECORD_LENGTH_BYTES - this.#lengthRead);
		this.#length.set(part, this.#lengthRead);
		this.#lengthRead += part.length;
		if (this.#lengthRead < RECORD_LENGTH_BYTES) return part.length;
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
