import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { linesOf } from "../support/check-program.ts";

/** That the checks of apple.test.ts notice what goes wrong. */

const native = fileURLToPath(new URL("../../native/", import.meta.url));
const wholeCore = fileURLToPath(new URL("apple-check/whole-core.cc", import.meta.url));
const fakes = fileURLToPath(new URL("apple-fakes/include", import.meta.url));
const release = join(native, "build", "Release");
const run = promisify(execFile);

interface Mutation {
	readonly file: string;
	readonly from: string;
	readonly to: string;
	readonly caughtBy: string;
}

/** One rule each that is easily forgotten, and the check that must notice. */
const mutations: Record<string, Mutation> = {
	"a copy that was drawn to meanwhile counts": {
		file: "capture/surface-copier.cc",
		from: "copy.torn = IOSurfaceGetSeed(surface) != copy.seed;",
		to: "copy.torn = false;",
		caughtBy: "ACopyThatIsDrawnToMeanwhileIsMadeAgain",
	},
	"keyframes come without their parameter sets": {
		file: "encode/compression-session.cc",
		from: "if (slices.keyframe || sets != sent_sets_) encoded.data = sets;",
		to: "",
		caughtBy: "EachKeyframeHasItsParameterSetsAndSaysThatNothingIsReordered",
	},
	"frames come before the first keyframe": {
		file: "encode/compression-session.cc",
		from: "if (!started_) return CompressionAnswer::Kind::kLeftOut;",
		to: "",
		caughtBy: "NothingComesBeforeTheFirstKeyframe",
	},
	"a reference is kept for good": {
		file: "capture/surface-copier.cc",
		from: "CfRef<CVPixelBufferRef> source;",
		to: "CFRetain(surface); CfRef<CVPixelBufferRef> source;",
		caughtBy: "WhatIsDrawnComesOut",
	},
};

describe("the checks notice when", () => {
	const folder = mkdtempSync(join(tmpdir(), "porthole-apple-"));
	afterAll(() => rmSync(folder, { recursive: true }));

	test.each(Object.entries(mutations))("%s", async (name, { file, from, to, caughtBy }) => {
		const place = join(folder, name.replaceAll(" ", "-"));
		cpSync(native, place, { recursive: true, filter: (path) => !path.startsWith(join(native, "build")) });
		const path = join(place, file);
		const source = readFileSync(path, "utf8");
		expect(source.split(from)).toHaveLength(2);
		writeFileSync(path, source.replace(from, to));
		const program = join(place, "check-of-mutation");
		await run("g++", [
			...["-std=c++20", "-O0", "-w", `-I${place}`, `-I${fakes}`, wholeCore],
			...[join(release, "obj.target", "apple-fakes.a"), "-lopenh264", "-lyuv", "-o", program],
		]);
		expect(await linesOf(join(release, "apple-check"), [caughtBy])).toEqual([`ok ${caughtBy}`]);
		const [line] = await linesOf(program, [caughtBy]);
		expect(line).toMatch(new RegExp(`^not ok ${caughtBy}: `));
	});
});
