import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NAL_SPS } from "../../server/h264/annexb.ts";
import { BitWriter, parseSequenceParameters, withoutReorder } from "../../server/h264/parameter-sets.ts";
import { linesOf } from "../support/check-program.ts";
import { anySps, writeSps } from "../support/sps-vectors.ts";

/**
 * What the addon has on macOS alone, run on Linux against fakes of Apple's C frameworks that are written from Apple's
 * documentation (test/native/apple-fakes). None of it has run on a Mac yet.
 */

const native = fileURLToPath(new URL("../../native/", import.meta.url));
const wholeCore = fileURLToPath(new URL("apple-check/whole-core.cc", import.meta.url));
const release = join(native, "build", "Release");

describe.concurrent("what is built on Apple's frameworks holds its checks", () => {
	test.each(["apple-check", "apple-check-memory", "apple-check-threads"])("%s", async (program) => {
		const lines = await linesOf(join(release, program));
		expect(lines.filter((line) => !line.startsWith("ok "))).toEqual([]);
		expect(lines.length).toBeGreaterThan(45);
	});
});

test("all of it is checked", () => {
	const whole = readFileSync(wholeCore, "utf8");
	const ofSurfaces = readdirSync(join(native, "capture")).filter((name) =>
		/^(surface|seed)-.*\.cc$/.test(name),
	);
	const sources = [
		...ofSurfaces.map((name) => `capture/${name}`),
		...["compression-session", "core-foundation", "pixel-buffer-pool", "videotoolbox-encoder"].map(
			(name) => `encode/${name}.cc`,
		),
	];
	expect(sources.filter((path) => !whole.includes(`"${path}"`))).toEqual([]);
});

describe("an SPS for live viewers", () => {
	/** Rewrites each; empty where it cannot be read. */
	const rewrite = (list: readonly Uint8Array[]): Uint8Array[] => {
		const input = list.map((sps) => `${Buffer.from(sps).toString("hex")}\n`).join("");
		// With the sanitizer: what it reads comes from elsewhere.
		const { stdout, status } = spawnSync(join(release, "apple-check-memory"), ["--sps"], {
			input,
			encoding: "utf8",
		});
		expect(status).toBe(0);
		return stdout
			.split("\n")
			.slice(0, list.length)
			.map((line) => Buffer.from(line, "hex"));
	};

	/** A baseline SPS of the given size in macroblocks (H.264, 7.3.2.1.1) with a VUI that tells of BT.709, or none. */
	const spsOf = (
		width: number,
		height: number,
		references: number,
		crop: number,
		usability: boolean,
	): Uint8Array => {
		const out = new BitWriter();
		for (const byte of [0x60 | NAL_SPS, 66, 0xc0, 40]) out.fixed(byte, 8);
		for (const value of [0, 0, 2, references]) out.unsigned(value);
		out.flag(false);
		for (const value of [width - 1, height - 1]) out.unsigned(value);
		out.flag(true);
		out.flag(true);
		out.flag(crop > 0);
		if (crop > 0) for (const value of [0, crop, 0, crop]) out.unsigned(value);
		out.flag(usability);
		if (usability) {
			out.fixed(0, 2);
			out.flag(true);
			out.fixed(5, 3);
			out.flag(false);
			out.flag(true);
			for (const value of [1, 1, 1]) out.fixed(value, 8);
			out.fixed(0, 1);
			out.flag(true);
			out.fixed(1, 32);
			out.fixed(120, 32);
			out.flag(true);
			out.fixed(0, 4);
		}
		return out.finish();
	};

	const sequences = fc.record({
		width: fc.integer({ min: 1, max: 200 }),
		height: fc.integer({ min: 1, max: 200 }),
		references: fc.integer({ min: 0, max: 16 }),
		crop: fc.integer({ min: 0, max: 3 }),
		usability: fc.boolean(),
	});

	test("says that nothing is reordered and which colours there are, and nothing else changes", () => {
		const samples = fc.sample(sequences, { numRuns: 300, seed: 1 });
		const originals = samples.map((s) => spsOf(s.width, s.height, s.references, s.crop, s.usability));
		for (const [index, live] of rewrite(originals).entries()) {
			const original = originals[index] ?? new Uint8Array();
			const colour = { matrix: 6, fullRange: false };
			const wanted = { ...parseSequenceParameters(original), maxReorder: 0, colour };
			expect(parseSequenceParameters(live)).toEqual(wanted);
			// What the host does for streams from elsewhere finds nothing left to do.
			expect(withoutReorder(live)).toBe(live);
			// full_range 0, colour_description 1; primaries BT.709, transfer sRGB, matrix BT.601.
			const bits = [...live].map((byte) => byte.toString(2).padStart(8, "0")).join("");
			const colours = ["101", "0", "1", "00000001", "00001101", "00000110"].join("");
			expect(bits).toContain(colours);
		}
	});

	test("is what the host would make of it, but for the colours", () => {
		const originals = fc.sample(anySps, { numRuns: 300, seed: 3 }).map(writeSps);
		for (const [index, live] of rewrite(originals).entries()) {
			const byHost = withoutReorder(originals[index] ?? new Uint8Array()) ?? new Uint8Array();
			const colour = { matrix: 6, fullRange: false };
			expect(parseSequenceParameters(live)).toEqual({ ...parseSequenceParameters(byHost), colour });
		}
	});

	test("is nothing where it cannot be read, whatever it is", () => {
		const whole = spsOf(120, 68, 1, 2, true);
		const cut = Array.from({ length: whole.length - 1 }, (_, length) => whole.subarray(0, length));
		const wild = fc.sample(fc.uint8Array({ maxLength: 60 }), { numRuns: 500, seed: 2 });
		const answers = rewrite([...cut, ...wild]);
		expect(answers.slice(0, cut.length - 6).every((answer) => answer.length === 0)).toBe(true);
		expect(answers).toHaveLength(cut.length + wild.length);
	});
});
