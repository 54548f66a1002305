import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../native/build/Release/frame-decoder", import.meta.url));
const MAX_OUTPUT_BYTES = 1 << 30;

/** A decoded frame, planar 4:2:0, and the sizes of its planes. */
export interface DecodedFrame {
	readonly width: number;
	readonly height: number;
	readonly y: Buffer;
	readonly u: Buffer;
	readonly v: Buffer;
}

/**
 * Decodes access units in order with an independent decoder. One frame for each: a stream that reorders or does not
 * decode throws.
 */
export function decode(accessUnits: readonly Uint8Array[]): DecodedFrame[] {
	const input = accessUnits.flatMap((unit) => {
		const size = Buffer.alloc(4);
		size.writeUInt32LE(unit.length);
		return [size, unit];
	});
	const run = spawnSync(PROGRAM, { input: Buffer.concat(input), maxBuffer: MAX_OUTPUT_BYTES });
	if (run.status !== 0) throw new Error(`the stream does not decode: ${run.stderr}`);
	const frames: DecodedFrame[] = [];
	for (let at = 0; at < run.stdout.length; ) {
		const width = run.stdout.readUInt32LE(at);
		const height = run.stdout.readUInt32LE(at + 4);
		if (width === 0) throw new Error(`access unit ${frames.length} gave no picture at once`);
		const luma = width * height;
		const [y, u, v, next] = [at + 8, at + 8 + luma, at + 8 + luma * 1.25, at + 8 + luma * 1.5];
		frames.push({
			width,
			height,
			y: run.stdout.subarray(y, u),
			u: run.stdout.subarray(u, v),
			v: run.stdout.subarray(v, next),
		});
		at = next;
	}
	return frames;
}

/** What a viewer sees in the end. */
export function lastFrame(accessUnits: readonly Uint8Array[]): DecodedFrame {
	const picture = decode(accessUnits).at(-1);
	if (picture === undefined) throw new Error("there are no access units");
	return picture;
}

/** The colour of one pixel as [red, green, blue], by the BT.601 limited range equations (ITU-R BT.601-7, 2.5). */
export function colourAt(picture: DecodedFrame, x: number, y: number): [number, number, number] {
	const chroma = Math.floor(y / 2) * (picture.width / 2) + Math.floor(x / 2);
	const luma = 1.164 * ((picture.y[y * picture.width + x] ?? 0) - 16);
	const u = (picture.u[chroma] ?? 0) - 128;
	const v = (picture.v[chroma] ?? 0) - 128;
	const clamp = (value: number) => Math.max(0, Math.min(255, Math.round(value)));
	return [clamp(luma + 1.596 * v), clamp(luma - 0.392 * u - 0.813 * v), clamp(luma + 2.017 * u)];
}
