import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { forEachNal, nalType } from "../../../server/h264/annexb.ts";
import { toAnnexB } from "../../../server/h264/avcc.ts";
import { LiveStream } from "../../../server/h264/live-stream.ts";
import { parseSequenceParameters } from "../../../server/h264/parameter-sets.ts";
import { PATTERN_FILE, readAccessUnits } from "../../support/pattern-source.ts";

const units = readAccessUnits(readFileSync(PATTERN_FILE));
const [key, delta] = units as [(typeof units)[0], (typeof units)[0]];

function nalsOf(data: Uint8Array): Buffer[] {
	const nals: Buffer[] = [];
	forEachNal(data, (nal) => void nals.push(Buffer.from(nal)));
	return nals;
}

const typesOf = (data: Uint8Array) => nalsOf(data).map(nalType);
const pictureOf = (data: Uint8Array) => nalsOf(data).filter((nal) => nalType(nal) <= 5);

function avcc(nals: readonly Uint8Array[]): Buffer {
	return Buffer.concat(
		nals.flatMap((nal) => {
			const size = Buffer.alloc(4);
			size.writeUInt32BE(nal.length);
			return [size, nal];
		}),
	);
}

describe("a live stream", () => {
	it("tells size and keyframes, and says that nothing is reordered", () => {
		const stream = new LiveStream();
		const first = stream.take([key.data]);
		expect(first).toMatchObject({ keyframe: true, width: 320, height: 240 });
		const sps = nalsOf(first?.data ?? key.data).find((nal) => nalType(nal) === 7);
		expect(sps && parseSequenceParameters(sps)?.maxReorder).toBe(0);
		expect(stream.take([delta.data])).toMatchObject({ keyframe: false, width: 320, height: 240 });
	});

	it("passes on as it is what needs no change", () => {
		const stream = new LiveStream();
		stream.take([key.data]);
		expect(stream.take([delta.data])?.data).toBe(delta.data);
	});

	it("begins with a keyframe that has its parameter sets", () => {
		const stream = new LiveStream();
		expect(stream.take([delta.data])).toBeUndefined();
		expect(stream.take([toAnnexB(pictureOf(key.data))])).toBeUndefined();
		expect(stream.take([key.data])).toBeDefined();
	});

	it("puts the parameter sets before keyframes that come without", () => {
		const stream = new LiveStream();
		stream.take([key.data]);
		const bare = stream.take([toAnnexB(pictureOf(key.data))]);
		expect(bare?.keyframe).toBe(true);
		expect(typesOf(bare?.data ?? key.data).slice(0, 3)).toEqual([7, 8, 5]);
	});

	it.each(["one piece", "several pieces"])("takes AVCC in %s", (form) => {
		const stream = new LiveStream();
		const pieces = (data: Uint8Array) =>
			form === "one piece" ? [avcc(nalsOf(data))] : nalsOf(data).map((nal) => avcc([nal]));
		const first = stream.take(pieces(key.data));
		expect(first).toMatchObject({ keyframe: true, width: 320 });
		expect(pictureOf(first?.data ?? delta.data)).toEqual(pictureOf(key.data));
		expect(pictureOf(stream.take(pieces(delta.data))?.data ?? key.data)).toEqual(pictureOf(delta.data));
	});

	it("takes bare NAL units in several pieces", () => {
		const stream = new LiveStream();
		expect(stream.take(nalsOf(key.data))).toMatchObject({ keyframe: true, width: 320 });
	});

	it("does not take a start code for a length, nor the other way round", () => {
		// With a start code of three bytes this reads as one unit of 0x141 bytes, too.
		const lookalike = Buffer.concat([Buffer.of(0, 0, 1, 0x41), Buffer.alloc(0x141, 0x55)]);
		const annexb = new LiveStream();
		annexb.take([key.data]);
		expect(annexb.take([lookalike])?.data).toBe(lookalike);

		const other = new LiveStream();
		other.take([avcc(nalsOf(key.data))]);
		const unit = Buffer.concat([Buffer.of(0x41), Buffer.alloc(0x140, 0x55)]);
		const got = other.take([avcc([unit])]);
		expect(nalsOf(got?.data ?? key.data)).toEqual([unit]);
	});

	it("gives nothing for what is no picture", () => {
		const stream = new LiveStream();
		stream.take([key.data]);
		for (const bytes of [
			[],
			[0],
			[1, 2, 3],
			[0, 0, 0, 1],
			[0, 0, 0, 1, 9, 16],
			[0xff, 0xff, 0xff, 0xff, 0x65],
		]) {
			expect(stream.take([Buffer.from(bytes)])).toBeUndefined();
		}
		expect(stream.take([])).toBeUndefined();
		expect(stream.take([delta.data])).toBeDefined();
	});
});
