import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../native/build/Release/core-check", import.meta.url));

test("the portable core holds its own checks", () => {
	const run = spawnSync(PROGRAM, { encoding: "utf8" });
	const lines = run.stdout.trim().split("\n");
	expect(lines.filter((line) => !line.startsWith("ok "))).toEqual([]);
	expect(lines.length).toBeGreaterThan(10);
	expect(run.status).toBe(0);
});
