import { readFile, writeFile } from "node:fs/promises";
import type { AccessUnit } from "../../../server/devices/provider.ts";
import { startX11Source } from "../../support/native-sources.ts";

/** A recorded frame: when it came after the first, ms, and what it was. */
export type RecordedUnit = Pick<AccessUnit, "data" | "keyframe" | "width" | "height"> & {
	readonly at: number;
};

/** Bytes before a frame's data: length, time, keyframe, width, height. */
const HEAD = 17;

/** Records what is on a display for some time, as the product would send it, into a file. */
export async function recordDisplay(display: string, milliseconds: number, path: string): Promise<void> {
	const { source, log, ends } = startX11Source({ display });
	try {
		await new Promise((resolve) => setTimeout(resolve, milliseconds));
	} finally {
		source.close();
	}
	if (ends.length > 0) throw new Error(`the recording ended early: ${ends[0]?.message}`);
	const begun = log.units[0]?.captureTime ?? 0;
	await writeFile(
		path,
		Buffer.concat(
			log.units.flatMap(({ data, captureTime, keyframe, width, height }) => {
				const head = Buffer.alloc(HEAD);
				head.writeUInt32LE(data.length);
				head.writeDoubleLE(captureTime - begun, 4);
				head.writeUInt8(keyframe ? 1 : 0, 12);
				head.writeUInt16LE(width, 13);
				head.writeUInt16LE(height, 15);
				return [head, data];
			}),
		),
	);
}

/** Reads a recording; it begins with a keyframe. */
export async function readRecording(path: string): Promise<RecordedUnit[]> {
	const file = await readFile(path);
	const units: RecordedUnit[] = [];
	for (let at = 0; at < file.length; ) {
		const start = at + HEAD;
		const end = start + file.readUInt32LE(at);
		units.push({
			data: file.subarray(start, end),
			at: file.readDoubleLE(at + 4),
			keyframe: file.readUInt8(at + 12) === 1,
			width: file.readUInt16LE(at + 13),
			height: file.readUInt16LE(at + 15),
		});
		at = end;
	}
	const first = units.findIndex(({ keyframe }) => keyframe);
	if (first < 0) throw new Error(`${path} has no keyframe`);
	return units.slice(first);
}
