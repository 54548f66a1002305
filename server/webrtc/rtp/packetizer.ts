import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import { forEachNal, NAL_ACCESS_UNIT_DELIMITER, NAL_FILLER, NAL_IDR, nalType } from "../../h264/annexb.ts";

/**
 * Longest RTP payload, bytes: what is left of 1,200 (every path carries that) after the fixed header (12), all
 * header extensions (32), the original sequence number of a retransmission (2) and the longest SRTP tag (16).
 */
export const MAX_PAYLOAD = 1200 - 12 - 32 - 2 - 16;

/**
 * By how much the header of a unit's first packet is longer than those of the others, as browsers negotiate it: playout
 * delay and capture time. Where the first fragment is so much shorter, all packets are of one size on the wire.
 */
const FIRST_HEADER_EXTRA = 20;

const STAP_A = 24;
const FU_A = 28;

/** One access unit as RTP payloads, made once for all viewers. */
export interface MediaUnit {
	readonly packets: readonly MediaPacket[];
	readonly captureTime: MonotonicTime;
	readonly rtpTimestamp: number;
	readonly keyframe: boolean;
}

/** One RTP payload (RFC 6184) and what its header needs. */
export interface MediaPacket {
	readonly payload: Uint8Array;
	readonly unit: MediaUnit;
	readonly first: boolean;
	/** The last of its access unit: the RTP marker. */
	readonly last: boolean;
}

/**
 * Cuts an Annex B access unit into RTP payloads: small units in front of the frame (SPS, PPS, SEI) share a STAP-A,
 * what fits is a single NAL unit, the rest is FU-A. Delimiters and filler are left out. The bytes are copied, so the
 * source may reuse its memory.
 */
export function packetize(
	data: Uint8Array,
	time: { captureTime: MonotonicTime; rtpTimestamp: number; keyframe: boolean },
): MediaUnit {
	const nals = sendableNals(data);
	const payloads = new PayloadWriter(nals);
	for (let i = 0; i < nals.length; ) i += payloads.add(nals, i);
	const list = payloads.list;
	const packets: MediaPacket[] = [];
	const unit: MediaUnit = { packets, ...time };
	for (const [i, payload] of list.entries()) {
		packets.push({ payload, unit, first: i === 0, last: i === list.length - 1 });
	}
	return unit;
}

function sendableNals(data: Uint8Array): Uint8Array[] {
	const nals: Uint8Array[] = [];
	forEachNal(data, (nal) => {
		const type = nalType(nal);
		if (type !== NAL_ACCESS_UNIT_DELIMITER && type !== NAL_FILLER) nals.push(nal);
	});
	return nals;
}

/** Writes the payloads of one access unit one after the other into one piece of memory. */
class PayloadWriter {
	readonly list: Uint8Array[] = [];
	readonly #memory: Uint8Array;
	#end = 0;

	constructor(nals: readonly Uint8Array[]) {
		let bytes = 0;
		for (const nal of nals) bytes += nal.length + 5 + 2 * Math.ceil(nal.length / (MAX_PAYLOAD - 2));
		this.#memory = new Uint8Array(bytes);
	}

	/** Adds the NAL unit at `index`, perhaps with those after it; answers how many it took. */
	add(nals: readonly Uint8Array[], index: number): number {
		const nal = nals[index];
		if (nal === undefined) return 1;
		const together = aggregatable(nals, index);
		if (together > 1) this.#aggregate(nals.slice(index, index + together));
		else if (nal.length <= MAX_PAYLOAD) this.#single(nal);
		else this.#fragment(nal);
		return together;
	}

	#single(nal: Uint8Array): void {
		const start = this.#end;
		this.#append(nal);
		this.#finish(start);
	}

	/** RFC 6184, 5.7.1. */
	#aggregate(nals: readonly Uint8Array[]): void {
		const start = this.#end;
		let reference = 0;
		for (const nal of nals) reference = Math.max(reference, (nal[0] ?? 0) & 0x60);
		this.#memory[this.#end++] = reference | STAP_A;
		for (const nal of nals) {
			this.#memory[this.#end++] = nal.length >> 8;
			this.#memory[this.#end++] = nal.length & 0xff;
			this.#append(nal);
		}
		this.#finish(start);
	}

	/**
	 * RFC 6184, 5.8. As few fragments as can be, of like size so that the last is not tiny; packets of one size but for a
	 * shorter last one leave in one call where the system can cut (UDP_SEGMENT).
	 */
	#fragment(nal: Uint8Array): void {
		const header = nal[0] ?? 0;
		const extra = this.list.length === 0 ? FIRST_HEADER_EXTRA : 0;
		const whole = nal.length - 1 + extra;
		const size = Math.ceil(whole / Math.ceil(whole / (MAX_PAYLOAD - 2)));
		for (let from = 1; from < nal.length; ) {
			const start = this.#end;
			const to = Math.min(nal.length, from + size - (from === 1 ? extra : 0));
			this.#memory[this.#end++] = (header & 0xe0) | FU_A;
			this.#memory[this.#end++] = (from === 1 ? 0x80 : 0) | (to === nal.length ? 0x40 : 0) | (header & 0x1f);
			this.#append(nal.subarray(from, to));
			this.#finish(start);
			from = to;
		}
	}

	#append(bytes: Uint8Array): void {
		this.#memory.set(bytes, this.#end);
		this.#end += bytes.length;
	}

	#finish(start: number): void {
		this.list.push(this.#memory.subarray(start, this.#end));
	}
}

/** How many units from `index` on, all before the frame, fit one STAP-A; at least 1. */
function aggregatable(nals: readonly Uint8Array[], index: number): number {
	let bytes = 1;
	let count = 0;
	for (let i = index; i < nals.length; i++) {
		const nal = nals[i];
		if (nal === undefined || nalType(nal) <= NAL_IDR || nalType(nal) > 23) break;
		bytes += 2 + nal.length;
		if (bytes > MAX_PAYLOAD) break;
		count++;
	}
	return Math.max(count, 1);
}
