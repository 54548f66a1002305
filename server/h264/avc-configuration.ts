import { NAL_PPS, NAL_SPS, nalType } from "./annexb.ts";

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
