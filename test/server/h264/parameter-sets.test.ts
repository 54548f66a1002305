import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forEachNal, NAL_SPS, nalType } from "../../../server/h264/annexb.ts";
import { parseSequenceParameters, withoutReorder } from "../../../server/h264/parameter-sets.ts";
import { parseSps } from "../../support/parsed-sps.ts";
import { PATTERN_FILE } from "../../support/pattern-source.ts";
import { anySps, type Sps, writeSps } from "../../support/sps-vectors.ts";

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ""), "hex");

function firstParameters(stream: Buffer) {
	let sps: Uint8Array | undefined;
	forEachNal(stream, (nal) => {
		if (nalType(nal) === NAL_SPS) sps ??= nal;
	});
	return sps && parseSequenceParameters(sps);
}

describe("sequence parameter sets", () => {
	it("reads the recorded pattern's", () => {
		expect(firstParameters(readFileSync(PATTERN_FILE))).toEqual({
			profile: 66,
			constraints: 0xc0,
			level: 13,
			width: 320,
			height: 240,
			maxReorder: 0,
		});
	});

	it("reads a High profile 1080p one with cropping, timing and emulation prevention", () => {
		// libx264: High, level 4.0, 1920×1080 cropped from 1088, 25 fps.
		const sps = hex("67 64 00 28 ac d9 40 78 02 27 e5 c0 44 00 00 03 00 04 00 00 03 00 c8 3c 60 c6 58");
		expect(parseSequenceParameters(sps)).toEqual({
			profile: 100,
			constraints: 0,
			level: 40,
			width: 1920,
			height: 1080,
			maxReorder: 2,
		});
	});

	it("knows no reordering bound where the VUI is missing", () => {
		// Baseline 3.0, 176×144, picture order type 2, no VUI.
		const sps = hex("67 42 00 1e 9a 74 0b 13 20");
		const parsed = parseSequenceParameters(sps);
		expect(parsed).toMatchObject({ profile: 66, level: 30 });
		expect(parsed).not.toHaveProperty("maxReorder");
	});

	it("refuses one that is cut short anywhere before its VUI", () => {
		const sps = hex("67 64 00 28 ac d9 40 78 02 27 e5");
		for (let end = 0; end < 9; end++) expect(parseSequenceParameters(sps.subarray(0, end))).toBeUndefined();
	});

	it("ends on any bytes", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
				const parsed = parseSequenceParameters(bytes);
				if (parsed !== undefined) expect(parsed.width).toBeGreaterThan(0);
			}),
			{ numRuns: 2000 },
		);
	});
});

describe("an SPS without reordering", () => {
	it("is as it was but for the restriction, whatever was in it", () => {
		fc.assert(
			fc.property(anySps, (sps) => {
				const before = writeSps(sps);
				const after = withoutReorder(before);
				expect(after && parseSequenceParameters(after)).toEqual({
					...parseSequenceParameters(before),
					maxReorder: 0,
				});
				// What says so already is left alone.
				expect(after && withoutReorder(after)).toBe(after);
			}),
			{ numRuns: 500 },
		);
	});

	it("reads so for another parser too, with its colours kept and room for its reference frames", () => {
		const sps: Sps = {
			profile: 66,
			referenceFrames: 3,
			orderType: 2,
			scaling: false,
			crop: true,
			usability: "full",
		};
		const after = withoutReorder(writeSps(sps));
		expect(after && parseSps(after)).toEqual({
			...{ profile: 66, constraints: 0, level: 40, width: 1920, height: 1080, referenceFrames: 3 },
			colour: { fullRange: false, primaries: 1, transfer: 1, matrix: 6 },
			restriction: { reorderFrames: 0, decodedFrames: 3 },
		});
	});

	it("says nothing that a recorded one did not", () => {
		forEachNal(readFileSync(PATTERN_FILE), (nal) => {
			if (nalType(nal) !== NAL_SPS) return;
			const after = withoutReorder(nal);
			expect(after && parseSequenceParameters(after)).toMatchObject({
				width: 320,
				height: 240,
				maxReorder: 0,
			});
		});
	});

	it("is none where it cannot be read", () => {
		expect(withoutReorder(Buffer.of(0x67))).toBeUndefined();
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
				const after = withoutReorder(bytes);
				if (after) expect(parseSequenceParameters(after)?.maxReorder).toBe(0);
			}),
		);
	});
});
