import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test.each([
	["core-check", 10],
	["rate-check", 5],
	["sender-check", 9],
	["sender-check-plain", 9],
	["rendition-check", 10],
	["simulator-check", 10],
])("the portable core holds its own checks (%s)", (program, fewest) => {
	const path = fileURLToPath(new URL(`../../native/build/Release/${program}`, import.meta.url));
	const run = spawnSync(path, { encoding: "utf8" });
	const lines = run.stdout.trim().split("\n");
	expect(lines.filter((line) => !line.startsWith("ok "))).toEqual([]);
	expect(lines.length).toBeGreaterThan(fewest);
	expect(run.status).toBe(0);
});
