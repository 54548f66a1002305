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
