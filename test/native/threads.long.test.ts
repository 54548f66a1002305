import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

/** Threads of the addon under ThreadSanitizer: what is not synchronized is reported, whether or not it went well. */

let x: XDisplay;
beforeAll(async () => {
	x = await startXDisplay({ width: 320, height: 240 });
});
afterAll(() => x.close());

function check(...names: string[]) {
	const program = resolve("native/build/Release/thread-check");
	const { stdout, stderr, status } = spawnSync(program, [x.display, ...names], {
		encoding: "utf8",
		timeout: 300_000,
	});
	return { lines: stdout.trim().split("\n"), stderr, status };
}

test("the pool, the encoders, the decoder, capture and input of X11 have no race, also when one fails", () => {
	const { lines, stderr, status } = check();
	expect(stderr).toBe("");
	expect(lines.filter((line) => !line.startsWith("ok "))).toEqual([]);
	expect(lines).toHaveLength(9);
	expect(status).toBe(0);
});

test("a race is reported", () => {
	const { stderr, status } = check("TwoThreadsCountWithoutALock");
	expect(stderr).toContain("WARNING: ThreadSanitizer: data race");
	expect(status).not.toBe(0);
});
