import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { PassThrough, Readable, Writable } from "node:stream";
import { beforeAll, describe, expect, test } from "vitest";
import { inputCommand } from "../../server/cli/input.ts";
import { streamCommand } from "../../server/cli/stream.ts";
import {
	type AvccEnvelope,
	AvccRecordReader,
	avccUnits,
	readAvcConfiguration,
	toAnnexB,
} from "../../server/h264/avcc.ts";
import { decode } from "../support/decoded-frame.ts";
import { keepForAll } from "../support/keep.ts";
import { colourDistance } from "../support/native-sources.ts";
import { newStateFolder, startProduct } from "../support/product.ts";
import { readmeCommands } from "../support/readme.ts";
import { look } from "../support/seen-picture.ts";

/** Size of the demo phone, points. */
const SIZE = { width: 360, height: 780 };
/** In the middle of the button that changes the demo's colour. */
const COLOUR_BUTTON = { x: 180, y: 708 };

/** Where it has nothing but that colour, as a share of its width and height. */
const SEA = { x: 0.5, y: 0.2 };

const keep = keepForAll();
let state: string;
beforeAll(async () => {
	state = await newStateFolder();
	await keep(startProduct({ devices: ["demo:"], state }));
});

/** Gives a device gestures through `porthole input`; the lines that it answers. */
async function give(...gestures: object[]): Promise<string[]> {
	let answers = "";
	const stdin = Readable.from([Buffer.from(gestures.map((gesture) => JSON.stringify(gesture)).join("\n"))]);
	const stdout = {
		write(text: string) {
			answers += text;
			return true;
		},
	};
	expect(await inputCommand(["demo", "--state", state], { stdin, stdout })).toBe(0);
	return answers.trimEnd().split("\n");
}

/** What `porthole stream` has written so far, until it is stopped. */
function watch(...args: string[]) {
	const chunks: Buffer[] = [];
	const stdout = new Writable({
		write(chunk, _encoding, done) {
			chunks.push(chunk);
			done();
		},
	});
	return { ...watchInto(stdout, ...args), bytes: () => Buffer.concat(chunks) };
}

/** `porthole stream` into a pipe, until it is stopped. */
function watchInto(stdout: Writable, ...args: string[]) {
	const stop = Promise.withResolvers<void>();
	const stdin = new PassThrough();
	const ended = streamCommand(
		["--udid", "demo", "--state", state, ...args],
		{ stdin, stdout, stderr: process.stderr },
		stop.promise,
	);
	// A test that has failed does not look at it any more.
	ended.catch(() => {});
	const end = () => {
		stop.resolve();
		return ended;
	};
	return { stdin, ended, stop: end };
}

describe("a device on pipes", () => {
	test("is AVCC that decodes, one picture for each record, and a new keyframe when one is asked for", async () => {
		const { bytes, stdin, stop } = watch("--format", "avcc");
		const records = () => new AvccRecordReader().push(bytes());
		const keyframes = () => records().filter(({ kind }) => kind === "keyframe").length;
		await expect.poll(keyframes).toBe(1);
		stdin.write('{"cmd":"force_idr"}\n');
		await expect.poll(keyframes).toBe(2);
		expect(await stop()).toBe(0);
		expect(records().filter(({ kind }) => kind === "configuration")).toHaveLength(1);
		for (const picture of decode(annexB(records()))) {
			expect([picture.width, picture.height]).toEqual([720, 1560]);
		}
	});

	test("is Annex B that ffmpeg decodes as it comes", async () => {
		expect(readmeCommands()).toContain("npx porthole stream demo --format annexb | ffplay -");
		const frames = Promise.withResolvers<void>();
		const args = [
			"-hide_banner",
			"-i",
			"-",
			"-f",
			"null",
			"-progress",
			"pipe:1",
			"-stats_period",
			"0.1",
			"-",
		];
		const decoder = spawn("ffmpeg", args, { stdio: ["pipe", "pipe", "pipe"] });
		let told = "";
		decoder.stderr.on("data", (text: Buffer) => {
			told += String(text);
		});
		decoder.once("error", frames.reject);
		createInterface({ input: decoder.stdout }).on("line", (line) => {
			const [, count] = /^frame=(\d+)/.exec(line) ?? [];
			if (Number(count) > 20) frames.resolve();
		});
		const { stop, ended } = watchInto(decoder.stdin, "--format", "annexb");
		ended.catch(frames.reject);
		await frames.promise;
		expect(await stop()).toBe(0);
		decoder.stdin.end();
		await once(decoder, "exit");
		expect(told).toMatch(/Video: h264 \(Constrained Baseline\).*720x1560/);
		expect(told).not.toMatch(/error while decoding|non-existing PPS|concealing/);
	});

	test("shows what a gesture does", async () => {
		const { bytes, stop } = watch("--scale", "4");
		await expect.poll(() => jpegs(bytes()).length).toBeGreaterThan(0);
		const newest = () => look(jpegs(bytes()).at(-1) ?? Buffer.of(), SEA);
		const before = await newest();
		expect(before.size).toEqual([180, 390]);
		expect(await give({ type: "tap", ...COLOUR_BUTTON, ...SIZE }, { type: "dance" })).toEqual([
			'{"ok":true}',
			'{"ok":false,"error":"unknown kind: dance"}',
		]);
		await expect.poll(async () => colourDistance((await newest()).colour, before.colour)).toBeGreaterThan(30);
		expect(await stop()).toBe(0);
	});
});

/** The frames of AVCC records in Annex B. */
function annexB(records: readonly AvccEnvelope[]): Uint8Array[] {
	const frames: Uint8Array[] = [];
	let sets: readonly Uint8Array[] = [];
	for (const { kind, payload } of records) {
		const configuration = kind === "configuration" ? readAvcConfiguration(payload) : undefined;
		if (configuration) sets = [...configuration.sps, ...configuration.pps];
		if (kind !== "keyframe" && kind !== "delta") continue;
		const units = avccUnits(payload) ?? [];
		frames.push(toAnnexB(kind === "keyframe" ? [...sets, ...units] : units));
	}
	return frames;
}

/** The whole JPEGs of an answer of many parts. */
function jpegs(bytes: Buffer): Buffer[] {
	const found: Buffer[] = [];
	for (let at = bytes.indexOf("--frame"); at !== -1; at = bytes.indexOf("--frame", at + 1)) {
		const start = bytes.indexOf("\r\n\r\n", at) + 4;
		const [, length] = /Content-Length: (\d+)/.exec(bytes.toString("latin1", at, start)) ?? [];
		const jpeg = bytes.subarray(start, start + Number(length));
		if (jpeg.length === Number(length)) found.push(jpeg);
		at = start + jpeg.length - 1;
	}
	return found;
}
