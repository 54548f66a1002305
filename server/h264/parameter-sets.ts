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

/** Parses an SPS with its NAL header byte. Absent when it is cut short or holds impossible values. */
export function parseSequenceParameters(nal: Uint8Array): SequenceParameters | undefined {
	return readSequence(new BitCopy(nal))?.parameters;
}

/**
 * The same SPS (with its NAL header) with a bitstream restriction that says that no frame is reordered, so that no
 * decoder holds frames back (H.264, E.2.1: without one it must expect as many as fit). The SPS itself when it says so
 * already; undefined when it cannot be read. Right only for streams that do not reorder, as live ones do not. Of the
 * addon's encoders only VideoToolbox needs the same; `native/encode/sps.cc` does it before a frame reaches JavaScript.
 */
export function withoutReorder(sps: Uint8Array): Uint8Array | undefined {
	const copy = new BitCopy(sps);
	const read = readSequence(copy);
	if (!read) return undefined;
	if (read.parameters.maxReorder === 0) return sps;
	writeRestriction(copy.out, read.referenceFrames);
	return copy.out.finish();
}

const PROFILES_WITH_CHROMA = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const EXTENDED_SAR = 255;

/** Reads an SPS (H.264, 7.3.2.1.1), and copies it up to its bitstream restriction, with an empty VUI where it has none. */
function readSequence(
	copy: BitCopy,
): { parameters: SequenceParameters; referenceFrames: number } | undefined {
	copy.fixed(8);
	const profile = copy.fixed(8);
	const constraints = copy.fixed(8);
	const level = copy.fixed(8);
	copy.unsigned();
	const chroma = PROFILES_WITH_CHROMA.has(profile) ? copyChroma(copy) : 1;
	copy.unsigned();
	copyPictureOrder(copy);
	const referenceFrames = copy.unsigned();
	copy.flag();
	const widthInBlocks = copy.unsigned() + 1;
	const heightInUnits = copy.unsigned() + 1;
	const framesOnly = copy.flag();
	if (!framesOnly) copy.flag();
	copy.flag();
	const fieldFactor = framesOnly ? 1 : 2;
	let width = widthInBlocks * 16;
	let height = heightInUnits * 16 * fieldFactor;
	if (copy.flag()) {
		const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
		const unitY = (chroma === 1 ? 2 : 1) * fieldFactor;
		width -= (copy.unsigned() + copy.unsigned()) * unitX;
		height -= (copy.unsigned() + copy.unsigned()) * unitY;
	}
	const usability = readUsability(copy);
	const isSane = width > 0 && height > 0 && width <= 16384 && height <= 16384;
	if (copy.in.exhausted || !isSane) return undefined;
	return { parameters: { profile, constraints, level, width, height, ...usability }, referenceFrames };
}

/** Gives `ChromaArrayType`. */
function copyChroma(copy: BitCopy): number {
	const format = copy.unsigned();
	const separatePlanes = format === 3 && copy.flag();
	copy.unsigned();
	copy.unsigned();
	copy.flag();
	if (copy.flag()) for (let list = 0; list < (format === 3 ? 12 : 8); list++) copyScalingList(copy, list);
	return separatePlanes ? 0 : format;
}

function copyScalingList(copy: BitCopy, list: number): void {
	if (!copy.flag()) return;
	let last = 8;
	let next = 8;
	for (let index = 0; index < (list < 6 ? 16 : 64) && next !== 0; index++) {
		next = (last + copy.signed() + 256) % 256;
		if (next !== 0) last = next;
	}
}

function copyPictureOrder(copy: BitCopy): void {
	const type = copy.unsigned();
	if (type === 0) copy.unsigned();
	if (type !== 1) return;
	copy.flag();
	copy.signed();
	copy.signed();
	const cycle = Math.min(copy.unsigned(), 255);
	for (let index = 0; index < cycle && !copy.in.exhausted; index++) copy.signed();
}

/** Reads a VUI (H.264, E.1.1) up to `max_num_reorder_frames`. */
function readUsability(copy: BitCopy): Pick<SequenceParameters, "maxReorder" | "colour"> {
	const present = copy.in.flag();
	copy.out.flag(true);
	if (!present) {
		// Neither aspect ratio, overscan, video signal, chroma location, timing, HRD (twice) nor picture structure.
		copy.out.fixed(0, 8);
		return {};
	}
	if (copy.flag() && copy.fixed(8) === EXTENDED_SAR) copy.fixed(32);
	if (copy.flag()) copy.flag();
	const colour = copy.flag() ? { colour: copyColour(copy) } : {};
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
	return { ...colour, ...readRestriction(copy.in) };
}

function copyColour(copy: BitCopy): CodedColour {
	copy.fixed(3);
	const fullRange = copy.flag();
	if (!copy.flag()) return { matrix: 2, fullRange };
	copy.fixed(16);
	return { matrix: copy.fixed(8), fullRange };
}

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

function readRestriction(bits: BitReader): Pick<SequenceParameters, "maxReorder"> {
	if (!bits.flag()) return {};
	bits.fixed(1);
	for (let skipped = 0; skipped < 4; skipped++) bits.unsigned();
	return { maxReorder: bits.unsigned() };
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

/**
 * Reads the bits of a NAL unit, leaving out emulation prevention bytes (H.264, 7.4.1). Past the end it gives zeros and
 * sets `exhausted`, so that a parser may run to its end and ask once.
 */
export class BitReader {
	readonly #data: Uint8Array;
	#byte: number;
	#bit = 0;
	#zeros = 0;
	#exhausted = false;

	/** `skip`: bits to leave out at the start, a multiple of eight. */
	constructor(data: Uint8Array, skip: number) {
		this.#data = data;
		this.#byte = skip >> 3;
	}

	/** More was read than there is, or a number was longer than 32 bits. */
	get exhausted(): boolean {
		return this.#exhausted;
	}

	/** An unsigned number of `count` bits, at most 32. */
	fixed(count: number): number {
		let value = 0;
		for (let i = 0; i < count; i++) value = value * 2 + this.#next();
		return value;
	}

	flag(): boolean {
		return this.#next() === 1;
	}

	/** `ue(v)` (H.264, 9.1). */
	unsigned(): number {
		let zeros = 0;
		while (this.#next() === 0) {
			if (this.#exhausted || ++zeros > 31) {
				this.#exhausted = true;
				return 0;
			}
		}
		return 2 ** zeros - 1 + this.fixed(zeros);
	}

	/** `se(v)` (H.264, 9.1.1). */
	signed(): number {
		const code = this.unsigned();
		return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
	}

	#next(): number {
		const byte = this.#data[this.#byte];
		if (byte === undefined) {
			this.#exhausted = true;
			return 0;
		}
		const value = (byte >> (7 - this.#bit)) & 1;
		if (++this.#bit === 8) this.#advance(byte);
		return value;
	}

	#advance(byte: number): void {
		this.#bit = 0;
		this.#byte++;
		this.#zeros = byte === 0 ? this.#zeros + 1 : 0;
		if (this.#zeros >= 2 && this.#data[this.#byte] === 3) {
			this.#byte++;
			this.#zeros = 0;
		}
	}
}

/** Writes the bits of a NAL unit and puts emulation prevention bytes in (H.264, 7.4.1). */
export class BitWriter {
	readonly #bytes: number[] = [];
	#byte = 0;
	#bits = 0;

	/** An unsigned number of `count` bits, at most 32. */
	fixed(value: number, count: number): void {
		for (let bit = count - 1; bit >= 0; bit--) {
			this.#byte = (this.#byte << 1) | (Math.floor(value / 2 ** bit) & 1);
			if (++this.#bits < 8) continue;
			this.#bytes.push(this.#byte);
			this.#byte = 0;
			this.#bits = 0;
		}
	}

	flag(value: boolean): void {
		this.fixed(value ? 1 : 0, 1);
	}

	/** `ue(v)` (H.264, 9.1). */
	unsigned(value: number): void {
		const length = Math.floor(Math.log2(value + 1));
		this.fixed(0, length);
		this.fixed(value + 1, length + 1);
	}

	/** Ends the NAL unit (`rbsp_trailing_bits`); gives its bytes, ready for the stream. */
	finish(): Uint8Array {
		this.fixed(1, 1);
		if (this.#bits > 0) this.fixed(0, 8 - this.#bits);
		const escaped: number[] = [];
		let zeros = 0;
		for (const byte of this.#bytes) {
			if (zeros >= 2 && byte <= 3) {
				escaped.push(3);
				zeros = 0;
			}
			escaped.push(byte);
			zeros = byte === 0 ? zeros + 1 : 0;
		}
		return Uint8Array.from(escaped);
	}
}
