import { readFileSync } from "node:fs";
import { forEachNal, NAL_PPS, NAL_SPS, nalType } from "../../server/h264/annexb.ts";
import { PATTERN_FILE, readAccessUnits } from "./pattern-source.ts";

/** One record of an AVCC stream, see `test/fakes/baguette-program.ts`: length of tag and payload, tag, payload. */
export function avccRecordOf(tag: number, payload: Uint8Array): Buffer {
	return Buffer.concat([uint(payload.length + 1, 4), Buffer.of(tag), payload]);
}

/** The recorded pattern (320×240) as AVCC records: a description, then a record a frame, the first a keyframe. */
export function avccClip(): { readonly description: Buffer; readonly frames: readonly Buffer[] } {
	const units = readAccessUnits(readFileSync(PATTERN_FILE));
	const first = units.findIndex(({ keyframe }) => keyframe);
	let description: Buffer = Buffer.alloc(0);
	const frames = units.slice(first).map(({ data, keyframe }) => {
		const nals: Buffer[] = [];
		forEachNal(data, (nal) => void nals.push(Buffer.from(nal)));
		const ofType = (type: number) => nals.find((nal) => nalType(nal) === type) ?? Buffer.alloc(4);
		if (keyframe) description = avccRecordOf(1, configuration(ofType(NAL_SPS), ofType(NAL_PPS)));
		const slices = nals.filter((nal) => nalType(nal) <= 5);
		const payload = Buffer.concat(slices.flatMap((nal) => [uint(nal.length, 4), nal]));
		return avccRecordOf(keyframe ? 2 : 3, payload);
	});
	return { description, frames };
}

function configuration(sps: Buffer, pps: Buffer): Buffer {
	const head = Buffer.of(1, sps[1] ?? 0, sps[2] ?? 0, sps[3] ?? 0, 0xff, 0xe1);
	return Buffer.concat([head, uint(sps.length, 2), sps, Buffer.of(1), uint(pps.length, 2), pps]);
}

function uint(value: number, bytes: number): Buffer {
	const buffer = Buffer.alloc(bytes);
	buffer.writeUIntBE(value, 0, bytes);
	return buffer;
}
