import { BitReader } from "./bit-reader.ts";
import { BitWriter } from "./bit-writer.ts";
import { parseSequenceParameters } from "./parameter-sets.ts";

/**
 * The same SPS (with its NAL header) with a bitstream restriction that says that no picture is reordered, so that no
 * decoder holds pictures back (H.264, E.2.1: without one it must expect as many as fit). The SPS itself when it says so
 * already; undefined when it cannot be read. Right only for streams that do not reorder, as live ones do not.
 */
export function withoutReorder(sps: Uint8Array): Uint8Array | undefined {
	const parameters = parseSequenceParameters(sps);
	if (!parameters) return undefined;
	if (parameters.maxReorder === 0) return sps;
	const copy = new BitCopy(sps);
	const referenceFrames = copySequence(copy, parameters.profile);
	copyUsability(copy);
	writeRestriction(copy.out, referenceFrames);
	return copy.in.exhausted ? undefined : copy.out.finish();
}

/** Copies an SPS (H.264, 7.3.2.1.1) up to its VUI; gives `max_num_ref_frames`. */
function copySequence(copy: BitCopy, profile: number): number {
	copy.fixed(32);
	copy.unsigned();
	if (PROFILES_WITH_CHROMA.has(profile)) copyChroma(copy);
	copy.unsigned();
	const orderType = copy.unsigned();
	if (orderType === 0) copy.unsigned();
	if (orderType === 1) copyOrderCycle(copy);
	const referenceFrames = copy.unsigned();
	copy.flag();
	copy.unsigned();
	copy.unsigned();
	if (!copy.flag()) copy.flag();
	copy.flag();
	if (copy.flag()) for (let edge = 0; edge < 4; edge++) copy.unsigned();
	return referenceFrames;
}

const PROFILES_WITH_CHROMA = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

function copyChroma(copy: BitCopy): void {
	const chroma = copy.unsigned();
	if (chroma === 3) copy.flag();
	copy.unsigned();
	copy.unsigned();
	copy.flag();
	if (!copy.flag()) return;
	for (let list = 0; list < (chroma === 3 ? 12 : 8); list++) {
		if (!copy.flag()) continue;
		let last = 8;
		let next = 8;
		for (let index = 0; index < (list < 6 ? 16 : 64) && next !== 0; index++) {
			next = (last + copy.signed() + 256) % 256;
			if (next !== 0) last = next;
		}
	}
}

function copyOrderCycle(copy: BitCopy): void {
	copy.flag();
	copy.signed();
	copy.signed();
	const cycle = copy.unsigned();
	for (let index = 0; index < cycle && !copy.in.exhausted; index++) copy.signed();
}

/** Copies a VUI (H.264, E.1.1), or makes an empty one, up to its bitstream restriction, which it leaves out. */
function copyUsability(copy: BitCopy): void {
	const present = copy.in.flag();
	copy.out.flag(true);
	// Neither aspect ratio, overscan, video signal, chroma location, timing, HRD (twice) nor picture structure.
	if (!present) return copy.out.fixed(0, 8);
	if (copy.flag() && copy.fixed(8) === EXTENDED_SAR) copy.fixed(32);
	if (copy.flag()) copy.flag();
	if (copy.flag()) {
		copy.fixed(4);
		if (copy.flag()) copy.fixed(24);
	}
	if (copy.flag()) for (let field = 0; field < 2; field++) copy.unsigned();
	if (copy.flag()) {
		copy.fixed(32);
		copy.fixed(32);
		copy.flag();
	}
	const nalHrd = copy.flag();
	if (nalHrd) copyHypotheticalDecoder(copy);
	const vclHrd = copy.flag();
	if (vclHrd) copyHypotheticalDecoder(copy);
	if (nalHrd || vclHrd) copy.flag();
	copy.flag();
}

const EXTENDED_SAR = 255;

/** H.264, E.1.2. */
function copyHypotheticalDecoder(copy: BitCopy): void {
	const count = Math.min(copy.unsigned(), 31) + 1;
	copy.fixed(8);
	for (let index = 0; index < count; index++) {
		copy.unsigned();
		copy.unsigned();
		copy.flag();
	}
	copy.fixed(20);
}

/** `max_dec_frame_buffering` must hold the reference frames; the other bounds are those that hold without restriction. */
function writeRestriction(out: BitWriter, referenceFrames: number): void {
	out.flag(true);
	out.flag(true);
	for (const value of [2, 1, 16, 16, 0, referenceFrames]) out.unsigned(value);
}

/** Reads values and writes them again. */
class BitCopy {
	readonly in: BitReader;
	readonly out = new BitWriter();

	constructor(data: Uint8Array) {
		this.in = new BitReader(data, 0);
	}

	fixed(count: number): number {
		const value = this.in.fixed(count);
		this.out.fixed(value, count);
		return value;
	}

	flag(): boolean {
		const value = this.in.flag();
		this.out.flag(value);
		return value;
	}

	unsigned(): number {
		const value = this.in.unsigned();
		this.out.unsigned(value);
		return value;
	}

	/** `se(v)`, whose code is that of an unsigned value. */
	signed(): number {
		const code = this.unsigned();
		return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
	}
}
