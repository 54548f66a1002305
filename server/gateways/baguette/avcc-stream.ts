import type { AccessUnit } from "../../devices/provider.ts";
import {
	forEachNal,
	NAL_ACCESS_UNIT_DELIMITER,
	NAL_FILLER,
	NAL_PPS,
	NAL_SPS,
	nalType,
} from "../../h264/annexb.ts";
import { type AvccKind, avccEnvelope, toAvcc, writeAvcConfiguration } from "../../h264/avcc.ts";

/**
 * Makes a device's access units the envelopes that a Baguette client decodes. The decoder's configuration comes with the
 * first keyframe, and again only when the parameter sets are others; the pictures themselves have none within them.
 */
export class AvccStream {
	#sps: Uint8Array | undefined;
	#pps: Uint8Array | undefined;

	/** The envelopes of a picture, tag and payload: none for a delta frame before the first keyframe. */
	take(unit: AccessUnit): Uint8Array[] {
		const envelopes: Uint8Array[] = [];
		const nals: Uint8Array[] = [];
		let sps: Uint8Array | undefined;
		let pps: Uint8Array | undefined;
		forEachNal(unit.data, (nal) => {
			const type = nalType(nal);
			if (type === NAL_SPS) sps ??= nal;
			else if (type === NAL_PPS) pps ??= nal;
			else if (type !== NAL_ACCESS_UNIT_DELIMITER && type !== NAL_FILLER) nals.push(nal);
		});
		if (sps && pps && sps.length >= 4 && !(equal(sps, this.#sps) && equal(pps, this.#pps))) {
			// Kept beyond the picture that they came in.
			this.#sps = Uint8Array.from(sps);
			this.#pps = Uint8Array.from(pps);
			envelopes.push(avccEnvelope("configuration", writeAvcConfiguration(sps, pps)));
		}
		if (!this.#sps || nals.length === 0) return [];
		const kind: AvccKind = unit.keyframe ? "keyframe" : "delta";
		return [...envelopes, avccEnvelope(kind, toAvcc(nals))];
	}

	/** Another decoder takes over: it is told its configuration again with the next keyframe. */
	restart(): void {
		this.#sps = undefined;
		this.#pps = undefined;
	}
}

function equal(one: Uint8Array, other: Uint8Array | undefined): boolean {
	return other !== undefined && Buffer.compare(one, other) === 0;
}
