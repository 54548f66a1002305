/** Fixed part: RTCP header, two SSRCs, base sequence, status count, reference time, feedback count. */
const FIXED = 20;

/** Most packets that one message may tell of: as many as are remembered. */
export const MAX_STATUSES = 4096;

const NOT_RECEIVED = 0;
const SMALL_DELTA = 1;
const LARGE_DELTA = 2;

/** Unit of arrival deltas and of the reference time, milliseconds. */
const TICK = 0.25;
export const REFERENCE_UNIT = 64;

/** Told of each packet in a message; `arrival` in milliseconds after the reference time, absent when it did not come. */
export type PacketStatus = (sequence: number, arrival: number | undefined) => void;

/** What stands before the statuses. */
export interface TransportFeedbackHead {
	readonly baseSequence: number;
	/** Packets told of. */
	readonly count: number;
	/** In units of 64 ms, modulo 2^24; of the receiver's clock. */
	readonly reference: number;
}

/**
 * The head of a transport-wide feedback message (RTCP type 205, format 15;
 * draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1), absent unless the whole message is sound: all statuses and
 * deltas that it counts are in it, none is of the reserved kind, and they are no more than `MAX_STATUSES`.
 */
export function checkTransportFeedback(part: Buffer): TransportFeedbackHead | undefined {
	if (part.length < FIXED) return undefined;
	const count = part.readUInt16BE(14);
	if (count === 0 || count > MAX_STATUSES) return undefined;
	let bytes = 0;
	let sound = true;
	const end = forEachStatus(part, count, (kind) => {
		bytes += kind;
		if (kind > LARGE_DELTA) sound = false;
	});
	if (!sound || end === undefined || end + bytes > part.length) return undefined;
	return { baseSequence: part.readUInt16BE(12), count, reference: part.readUIntBE(16, 3) };
}

/** Tells of each packet in a message that was checked, in the order of sequence numbers. */
export function readTransportFeedback(part: Buffer, head: TransportFeedbackHead, each: PacketStatus): void {
	let delta = forEachStatus(part, head.count, () => {}) ?? part.length;
	let sequence = head.baseSequence;
	let ticks = 0;
	forEachStatus(part, head.count, (kind) => {
		if (kind === NOT_RECEIVED) {
			each(sequence, undefined);
		} else {
			ticks += kind === SMALL_DELTA ? part.readUInt8(delta) : part.readInt16BE(delta);
			delta += kind;
			each(sequence, ticks * TICK);
		}
		sequence = (sequence + 1) & 0xffff;
	});
}

/**
 * Calls with the status symbol of each packet, which is also the length of its delta (0, 1 or 2; 3 is reserved), and
 * answers where the chunks end; absent when they end too early.
 */
function forEachStatus(part: Buffer, count: number, each: (kind: number) => void): number | undefined {
	let at = FIXED;
	for (let left = count; left > 0; at += 2) {
		if (at + 2 > part.length) return undefined;
		const chunk = part.readUInt16BE(at);
		if (chunk < 0x8000) {
			const run = Math.min(chunk & 0x1fff, left);
			for (let i = 0; i < run; i++) each(chunk >> 13);
			left -= run;
		} else {
			const width = (chunk & 0x4000) === 0 ? 1 : 2;
			const symbols = Math.min(14 / width, left);
			for (let i = 1; i <= symbols; i++) each((chunk >> (14 - i * width)) & (width === 1 ? 1 : 3));
			left -= symbols;
		}
	}
	return at;
}
