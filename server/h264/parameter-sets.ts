import { BitReader } from "./bit-reader.ts";

/** What a sequence parameter set says (H.264, 7.3.2.1.1 and annex E). */
export interface SequenceParameters {
	/** `profile_idc`: 66 baseline, 77 main, 100 high. */
	readonly profile: number;
	/** The constraint flags as a byte, as in an SDP `profile-level-id`. */
	readonly constraints: number;
	/** `level_idc`: ten times the level, such as 31. */
	readonly level: number;
	/** Size of the picture after cropping, pixels. */
	readonly width: number;
	readonly height: number;
	/** `max_num_reorder_frames`; absent when the VUI has no bitstream restriction. */
	readonly maxReorder?: number;
	/** How its colours are to be read; absent where the VUI says nothing of it. */
	readonly colour?: CodedColour;
}

/** Colours as a stream codes them (H.264, E.2.1). */
export interface CodedColour {
	/** `matrix_coefficients`: 1 BT.709, 5 and 6 BT.601, 2 not said. */
	readonly matrix: number;
	readonly fullRange: boolean;
}

const PROFILES_WITH_CHROMA = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const EXTENDED_SAR = 255;

/** Parses an SPS with its NAL header byte. Absent when it is cut short or holds impossible values. */
export function parseSequenceParameters(nal: Uint8Array): SequenceParameters | undefined {
	const bits = new BitReader(nal, 8);
	const profile = bits.fixed(8);
	const constraints = bits.fixed(8);
	const level = bits.fixed(8);
	bits.unsigned();
	let chroma = 1;
	if (PROFILES_WITH_CHROMA.has(profile)) {
		chroma = bits.unsigned();
		if (chroma === 3 && bits.flag()) chroma = 0;
		bits.unsigned();
		bits.unsigned();
		bits.fixed(1);
		if (bits.flag()) skipScalingMatrix(bits, chroma === 3 ? 12 : 8);
	}
	bits.unsigned();
	skipPictureOrder(bits);
	bits.unsigned();
	bits.fixed(1);
	const widthInBlocks = bits.unsigned() + 1;
	const heightInUnits = bits.unsigned() + 1;
	const framesOnly = bits.flag();
	if (!framesOnly) bits.fixed(1);
	bits.fixed(1);
	const fieldFactor = framesOnly ? 1 : 2;
	let width = widthInBlocks * 16;
	let height = heightInUnits * 16 * fieldFactor;
	if (bits.flag()) {
		const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
		const unitY = (chroma === 1 ? 2 : 1) * fieldFactor;
		width -= (bits.unsigned() + bits.unsigned()) * unitX;
		height -= (bits.unsigned() + bits.unsigned()) * unitY;
	}
	const vui = bits.flag() ? readVui(bits) : {};
	if (bits.exhausted || width <= 0 || height <= 0 || width > 16384 || height > 16384) return undefined;
	return { profile, constraints, level, width, height, ...vui };
}

function skipPictureOrder(bits: BitReader): void {
	const type = bits.unsigned();
	if (type === 0) bits.unsigned();
	if (type !== 1) return;
	bits.fixed(1);
	bits.signed();
	bits.signed();
	const cycle = Math.min(bits.unsigned(), 255);
	for (let i = 0; i < cycle && !bits.exhausted; i++) bits.signed();
}

function skipScalingMatrix(bits: BitReader, lists: number): void {
	for (let list = 0; list < lists; list++) {
		if (!bits.flag()) continue;
		let last = 8;
		let next = 8;
		for (let i = 0; i < (list < 6 ? 16 : 64) && next !== 0; i++) {
			next = (last + bits.signed() + 256) % 256;
			if (next !== 0) last = next;
		}
	}
}

/** Reads a VUI (H.264, E.1.1) up to `max_num_reorder_frames`. */
function readVui(bits: BitReader): Pick<SequenceParameters, "maxReorder" | "colour"> {
	if (bits.flag() && bits.fixed(8) === EXTENDED_SAR) bits.fixed(32);
	if (bits.flag()) bits.fixed(1);
	const colour = bits.flag() ? { colour: readColour(bits) } : {};
	if (bits.flag()) {
		bits.unsigned();
		bits.unsigned();
	}
	if (bits.flag()) {
		bits.fixed(32);
		bits.fixed(32);
		bits.fixed(1);
	}
	const nalHrd = bits.flag();
	if (nalHrd) skipHypotheticalDecoder(bits);
	const vclHrd = bits.flag();
	if (vclHrd) skipHypotheticalDecoder(bits);
	if (nalHrd || vclHrd) bits.fixed(1);
	bits.fixed(1);
	if (!bits.flag()) return colour;
	bits.fixed(1);
	bits.unsigned();
	bits.unsigned();
	bits.unsigned();
	bits.unsigned();
	return { ...colour, maxReorder: bits.unsigned() };
}

function readColour(bits: BitReader): CodedColour {
	bits.fixed(3);
	const fullRange = bits.flag();
	if (!bits.flag()) return { matrix: 2, fullRange };
	bits.fixed(16);
	return { matrix: bits.fixed(8), fullRange };
}

/** H.264, E.1.2. */
function skipHypotheticalDecoder(bits: BitReader): void {
	const count = Math.min(bits.unsigned(), 31) + 1;
	bits.fixed(8);
	for (let i = 0; i < count; i++) {
		bits.unsigned();
		bits.unsigned();
		bits.fixed(1);
	}
	bits.fixed(20);
}
