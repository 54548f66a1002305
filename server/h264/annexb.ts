/** NAL unit types used here (ITU-T H.264, table 7-1). */
export const NAL_IDR = 5;
export const NAL_SPS = 7;
export const NAL_PPS = 8;
export const NAL_ACCESS_UNIT_DELIMITER = 9;
export const NAL_FILLER = 12;

/** Type of a NAL unit, 0..31; the unit must not be empty. */
export function nalType(nal: Uint8Array): number {
	return (nal[0] ?? 0) & 0x1f;
}

/**
 * Calls back with each NAL unit of an Annex B byte stream, without start codes and trailing zeros (H.264, annex B).
 * The units are views of `data`; nothing is copied. Bytes before the first start code are skipped.
 */
export function forEachNal(data: Uint8Array, visit: (nal: Uint8Array) => void): void {
	let start = afterStartCode(data, 0);
	while (start < data.length) {
		const next = afterStartCode(data, start);
		let end = next === data.length + 1 ? data.length : next - 3;
		while (end > start && data[end - 1] === 0) end--;
		if (end > start) visit(data.subarray(start, end));
		start = next;
	}
}

/** Index just after the next `00 00 01` at or after `from`; one past the length when there is none. */
function afterStartCode(data: Uint8Array, from: number): number {
	let one = data.indexOf(1, from + 2);
	while (one !== -1) {
		if (data[one - 1] === 0 && data[one - 2] === 0) return one + 1;
		one = data.indexOf(1, one + 1);
	}
	return data.length + 1;
}
