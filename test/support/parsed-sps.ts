/** What a sequence parameter set says, as far as tests ask (ITU-T H.264, 7.3.2.1.1 and E.1.1). */
export interface ParsedSps {
	profile: number;
	/** constraint_set0_flag to constraint_set5_flag from the highest bit down, as on the wire. */
	constraints: number;
	level: number;
	width: number;
	height: number;
	referenceFrames: number;
	colour: { fullRange: boolean; primaries: number; transfer: number; matrix: number } | undefined;
	restriction: { reorderFrames: number; decodedFrames: number } | undefined;
}

/** The NAL units of an Annex B access unit with four-byte start codes, without those. */
export function nalUnits(accessUnit: Uint8Array): Uint8Array[] {
	const bytes = Buffer.from(accessUnit);
	const startCode = Buffer.from([0, 0, 0, 1]);
	const units: Uint8Array[] = [];
	for (let at = bytes.indexOf(startCode); at >= 0; ) {
		const next = bytes.indexOf(startCode, at + 4);
		units.push(bytes.subarray(at + 4, next < 0 ? undefined : next));
		at = next;
	}
	return units;
}

/** Reads a baseline or main profile SPS, its NAL header first. */
export function parseSps(nal: Uint8Array): ParsedSps {
	const [profile = 0, constraints = 0, level = 0] = nal.subarray(1, 4);
	const bits = new Bits(nal.subarray(4));
	bits.unsigned();
	bits.unsigned();
	const orderType = bits.unsigned();
	if (orderType === 0) bits.unsigned();
	if (orderType === 1) throw new Error("picture order count type 1 is not expected here");
	const referenceFrames = bits.unsigned();
	bits.flag();
	const widthInMacroblocks = bits.unsigned() + 1;
	const heightInMacroblocks = bits.unsigned() + 1;
	if (!bits.flag()) throw new Error("interlaced pictures are not expected here");
	bits.flag();
	const [left, right, top, bottom] = bits.flag()
		? [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()]
		: [0, 0, 0, 0];
	const sps: ParsedSps = {
		profile,
		constraints,
		level,
		width: widthInMacroblocks * 16 - 2 * (left + right),
		height: heightInMacroblocks * 16 - 2 * (top + bottom),
		referenceFrames,
		colour: undefined,
		restriction: undefined,
	};
	if (bits.flag()) readUsability(bits, sps);
	return sps;
}

function readUsability(bits: Bits, sps: ParsedSps): void {
	if (bits.flag() && bits.take(8) === 255) bits.take(32);
	if (bits.flag()) bits.flag();
	if (bits.flag()) {
		bits.take(3);
		const fullRange = bits.flag();
		if (bits.flag()) {
			sps.colour = { fullRange, primaries: bits.take(8), transfer: bits.take(8), matrix: bits.take(8) };
		}
	}
	if (bits.flag()) [bits.unsigned(), bits.unsigned()];
	if (bits.flag()) [bits.take(32), bits.take(32), bits.flag()];
	if (bits.flag() || bits.flag()) throw new Error("HRD parameters are not expected here");
	bits.flag();
	if (!bits.flag()) return;
	bits.flag();
	for (let skipped = 0; skipped < 4; skipped++) bits.unsigned();
	sps.restriction = { reorderFrames: bits.unsigned(), decodedFrames: bits.unsigned() };
}

class Bits {
	readonly #text: string;
	#at = 0;

	constructor(payload: Uint8Array) {
		const hex = Buffer.from(payload).toString("hex").match(/../g) ?? [];
		const unescaped = hex.join(" ").replaceAll("00 00 03", "00 00").split(" ");
		this.#text = unescaped.map((byte) => Number.parseInt(byte, 16).toString(2).padStart(8, "0")).join("");
	}

	take(count: number): number {
		const value = Number.parseInt(this.#text.slice(this.#at, this.#at + count), 2);
		this.#at += count;
		if (this.#at > this.#text.length) throw new Error("the SPS ends too early");
		return value;
	}

	flag(): boolean {
		return this.take(1) === 1;
	}

	/** Exp-Golomb, unsigned (9.1). */
	unsigned(): number {
		let zeros = 0;
		while (!this.flag()) zeros++;
		return zeros === 0 ? 0 : 2 ** zeros - 1 + this.take(zeros);
	}
}
