import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readServing, removeServing, writeServing } from "../../server/serving-file.ts";

let state: string;
beforeEach(async () => {
	state = await mkdtemp(join(tmpdir(), "porthole-serving-"));
});
afterEach(() => rm(state, { recursive: true }));

const mine = { pid: process.pid, url: "http://localhost:8400" };

describe("the note of a running server", () => {
	it("is left for the user alone, read by other commands, and taken away at the end", async () => {
		const folder = join(state, "deep");
		await writeServing(folder, mine);
		expect((await stat(join(folder, "serving.json"))).mode & 0o777).toBe(0o600);
		expect(await readServing(folder)).toEqual(mine);
		await removeServing(folder);
		await removeServing(folder);
		expect(await readServing(folder)).toBeUndefined();
	});

	it("of another server stays when this one ends", async () => {
		await writeServing(state, mine);
		const other = { pid: process.pid + 1, url: "http://localhost:8401" };
		await writeServing(state, other);
		await removeServing(state);
		expect(await readServing(state)).toEqual(other);
	});

	it.each(["", "{", "[]", '{"pid":1}', '{"pid":1.5,"url":"http://a"}', '{"pid":1,"url":"not a url"}'])(
		"counts as none when it holds %j",
		async (text) => {
			await writeFile(join(state, "serving.json"), text);
			expect(await readServing(state)).toBeUndefined();
		},
	);
});
