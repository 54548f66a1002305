import { forEachNal, NAL_IDR, NAL_PPS, NAL_SPS, nalType } from "../../h264/annexb.ts";
import { parseSequenceParameters, withoutReorder } from "../../h264/parameter-sets.ts";

/** Longest access unit that is taken, bytes; a larger one is dropped like a lost one. */
const MAX_UNIT = 4 * 1024 * 1024;
/** Most NAL units of an access unit. */
const MAX_NALS = 1024;
/** Longest parameter sets that are kept for pictures that come without theirs, bytes. */
const MAX_SETS = 8 * 1024;

const STAP_A = 24;
const FU_A = 28;
const START_CODE = Buffer.from([0, 0, 0, 1]);

/** A picture as it came. Annex B; a keyframe has its parameter sets before it. */
export interface ReceivedUnit {
	readonly data: Buffer;
	readonly rtpTimestamp: number;
	readonly keyframe: boolean;
	/** Size by its sequence parameters. */
	readonly width: number;
	readonly height: number;
}

export interface DepacketizerEvents {
	unit(unit: ReceivedUnit): void;
	/** A picture is broken or missing: nothing can be decoded before the next keyframe. */
	broken(): void;
}

/** Makes access units of RTP payloads that come in order (RFC 6184: single units, STAP-A, FU-A). */
export class Depacketizer {
	readonly #events: DepacketizerEvents;
	#parts: Buffer[] = [];
	#bytes = 0;
	#nals = 0;
	/** What the access unit has so far. */
	#has = { sequence: false, slice: false, keyframe: false };
	#timestamp: number | undefined;
	#fragment = false;
	#damaged = false;
	#awaitsKeyframe = true;
	#sets: Buffer[] = [];
	#size: { width: number; height: number } | undefined;

	constructor(events: DepacketizerEvents) {
		this.#events = events;
	}

	/** Takes the next payload; `marker`: it ends its access unit. Answers false for one that cannot be read. */
	add(payload: Buffer, timestamp: number, marker: boolean): boolean {
		// Padding probes carry nothing.
		if (payload.length === 0) return true;
		if (timestamp !== this.#timestamp) this.#finish();
		this.#timestamp = timestamp;
		const good = this.#read(payload);
		if (!good) this.#damaged = true;
		if (marker) this.#finish();
		return good;
	}

	/** Packets before the next one are gone. */
	lost(): void {
		this.#damaged = true;
		this.#fragment = false;
		if (this.#timestamp === undefined) this.#break();
	}

	#read(payload: Buffer): boolean {
		const type = nalType(payload);
		if (this.#fragment && type !== FU_A) return false;
		if (type >= 1 && type <= 23) return this.#append(payload);
		if (type === STAP_A) return this.#readAggregate(payload);
		return type === FU_A && this.#readFragment(payload);
	}

	#readAggregate(payload: Buffer): boolean {
		for (let at = 1; at < payload.length; ) {
			if (at + 2 > payload.length) return false;
			const length = payload.readUInt16BE(at);
			const nal = payload.subarray(at + 2, at + 2 + length);
			if (length === 0 || nal.length < length || !this.#append(nal)) return false;
			at += 2 + length;
		}
		return payload.length > 1;
	}

	#readFragment(payload: Buffer): boolean {
		if (payload.length < 3) return false;
		const [indicator = 0, header = 0] = payload;
		const starts = (header & 0x80) !== 0;
		if (starts === this.#fragment) return false;
		this.#fragment = (header & 0x40) === 0;
		const body = payload.subarray(2);
		if (!starts) return this.#take([body]);
		return this.#append(Buffer.from([(indicator & 0xe0) | (header & 0x1f)]), body);
	}

	/** `rest`: what follows the unit's first byte, where that was taken apart. */
	#append(nal: Buffer, rest?: Buffer): boolean {
		const type = nalType(nal);
		if (++this.#nals > MAX_NALS || type === 0 || type > 23) return false;
		if (type <= NAL_IDR) {
			// `first_mb_in_slice` is 0 in the first slice (H.264, 7.4.3): its start is not lost.
			const first = (rest ?? nal.subarray(1))[0] ?? 0;
			if (!this.#has.slice && (first & 0x80) === 0) return false;
			this.#has.slice = true;
		}
		if (type === NAL_IDR) this.#has.keyframe = true;
		if (rest) return this.#take([START_CODE, nal, rest]);
		if (type !== NAL_SPS) return this.#take([START_CODE, nal]);
		this.#has.sequence = true;
		// Live streams do not reorder, and viewers' decoders hold pictures back unless it is said.
		return this.#take([START_CODE, Buffer.from(withoutReorder(nal) ?? nal)]);
	}

	#take(parts: readonly Buffer[]): boolean {
		for (const part of parts) this.#bytes += part.length;
		if (this.#bytes > MAX_UNIT || this.#damaged) {
			this.#parts = [];
			return this.#damaged && this.#bytes <= MAX_UNIT;
		}
		this.#parts.push(...parts);
		return true;
	}

	#finish(): void {
		const timestamp = this.#timestamp;
		const damaged = this.#damaged || this.#fragment;
		const data = Buffer.concat(this.#parts);
		const has = this.#has;
		this.#has = { sequence: false, slice: false, keyframe: false };
		this.#parts = [];
		this.#bytes = this.#nals = 0;
		this.#timestamp = undefined;
		this.#fragment = this.#damaged = false;
		if (damaged) return this.#break();
		if (has.sequence) this.#learn(data);
		if (timestamp !== undefined && has.slice) this.#give(data, timestamp, has);
	}

	#break(): void {
		this.#damaged = false;
		this.#awaitsKeyframe = true;
		this.#events.broken();
	}

	#give(data: Buffer, rtpTimestamp: number, has: { sequence: boolean; keyframe: boolean }): void {
		const { keyframe } = has;
		if (this.#size === undefined || (this.#awaitsKeyframe && !keyframe)) return this.#events.broken();
		this.#awaitsKeyframe = false;
		const whole = keyframe && !has.sequence ? Buffer.concat([...this.#sets, data]) : data;
		this.#events.unit({ data: whole, rtpTimestamp, keyframe, ...this.#size });
	}

	#learn(data: Buffer): void {
		const sets: Buffer[] = [];
		forEachNal(data, (nal) => {
			if (nalType(nal) === NAL_SPS || nalType(nal) === NAL_PPS) sets.push(Buffer.from(nal));
		});
		const sequence = sets.find((nal) => nalType(nal) === NAL_SPS);
		const parameters = sequence && parseSequenceParameters(sequence);
		if (!parameters || sets.reduce((sum, nal) => sum + nal.length, 0) > MAX_SETS) return;
		this.#size = { width: parameters.width, height: parameters.height };
		this.#sets = sets.flatMap((nal) => [START_CODE, nal]);
	}
}
