import { forEachNal, NAL_IDR, NAL_PPS, NAL_SPS, nalType } from "./annexb.ts";
import { avccUnits, beginsWithStartCode, isNalHeader, toAnnexB } from "./avcc.ts";
import { parseSequenceParameters, type SequenceParameters, withoutReorder } from "./parameter-sets.ts";

/** An access unit as a source gives it. */
export interface LiveUnit {
	/** Annex B; keyframes have SPS and PPS first. */
	readonly data: Uint8Array;
	readonly keyframe: boolean;
	readonly width: number;
	readonly height: number;
}

type Form = "annexb" | "avcc";

/**
 * Makes what some encoder sent fit for viewers: Annex B out of either form, parameter sets in front of every keyframe,
 * an SPS that says that nothing is reordered. One for a stream, as it remembers the parameter sets.
 */
export class LiveStream {
	#form: Form = "annexb";
	#sps: Uint8Array | undefined;
	#pps: Uint8Array | undefined;
	#rawSps: Uint8Array | undefined;
	#parameters: SequenceParameters | undefined;

	/**
	 * Takes an access unit in one or several pieces, of which each may be a stream, an AVCC sample or a bare NAL unit.
	 * Undefined when there is no picture in it, or none that can be shown: before the first keyframe, or unreadable.
	 */
	take(pieces: readonly Uint8Array[]): LiveUnit | undefined {
		const nals = pieces.flatMap((piece) => this.#nalsOf(piece, pieces.length > 1));
		let keyframe = false;
		let picture = false;
		let rewritten = false;
		for (const [index, nal] of nals.entries()) {
			const type = nalType(nal);
			keyframe ||= type === NAL_IDR;
			picture ||= type >= 1 && type <= NAL_IDR;
			if (type === NAL_PPS) this.#pps = nal.slice();
			if (type !== NAL_SPS) continue;
			this.#learn(nal);
			if (!this.#sps) return undefined;
			rewritten ||= this.#sps !== nal;
			nals[index] = this.#sps;
		}
		if (!picture || !this.#parameters || !this.#sps || !this.#pps) return undefined;
		const { width, height } = this.#parameters;
		const complete = !keyframe || nals.some((nal) => nalType(nal) === NAL_SPS);
		if (!complete) nals.unshift(this.#sps, this.#pps);
		const [only] = pieces;
		const asItCame = complete && !rewritten && pieces.length === 1 && only && this.#form === "annexb";
		return { data: asItCame ? only : toAnnexB(nals), keyframe, width, height };
	}

	#learn(sps: Uint8Array): void {
		if (this.#rawSps && Buffer.compare(this.#rawSps, sps) === 0) return;
		// Kept beyond the message that it came in.
		this.#rawSps = sps.slice();
		this.#sps = withoutReorder(this.#rawSps);
		this.#parameters = parseSequenceParameters(sps);
	}

	#nalsOf(piece: Uint8Array, oneOfSeveral: boolean): Uint8Array[] {
		const marked = beginsWithStartCode(piece);
		// A length of 256 to 511 looks like a start code: then what the stream was before tells them apart.
		const units = marked && this.#form === "annexb" && piece[2] === 0 ? undefined : avccUnits(piece);
		if (units && (!marked || this.#form === "avcc" || !this.#parameters)) {
			this.#form = "avcc";
			return units;
		}
		if (marked) {
			this.#form = "annexb";
			const nals: Uint8Array[] = [];
			forEachNal(piece, (nal) => void nals.push(nal));
			return nals;
		}
		return oneOfSeveral && isNalHeader(piece[0]) ? [piece] : [];
	}
}
