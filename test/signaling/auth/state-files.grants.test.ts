import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Grant } from "../../../signaling/auth/grant.ts";
import { openGrantsFile } from "../../../signaling/auth/state-files.ts";
import type { Table } from "../../../signaling/table.ts";
import { sampleGrant } from "../../support/sample-grant.ts";

let folder: string;
let path: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-grants-"));
	path = join(folder, "grants.json");
});
afterEach(() => rm(folder, { recursive: true }));

const failing = (code: string) => expect.objectContaining({ name: "PortholeError", code });
const keep = (table: Table<Grant>, grant: Grant) => table.change(grant.id, () => grant);
const full = sampleGrant({
	pin: "digest",
	uses: 3,
	used: 1,
	wrongPins: 2,
	visits: [{ at: 5, name: "Ana", address: "192.0.2.1" }, { at: 4 }],
	ended: { at: 9, reason: "revoked" },
});

describe("the grants file", () => {
	it("gives back what was saved last", async () => {
		const file = await openGrantsFile(folder);
		expect([...file.all()]).toEqual([]);
		await keep(file, full);
		await keep(file, sampleGrant({ id: "b" }));
		await keep(file, { ...full, used: 2 });
		expect([...(await openGrantsFile(folder)).all().values()]).toEqual([
			{ ...full, used: 2 },
			sampleGrant({ id: "b" }),
		]);
	});

	it("is for the user alone, in a folder that is, too, and leaves nothing else behind", async () => {
		const state = join(folder, "deep", "state");
		await keep(await openGrantsFile(state), full);
		expect((await stat(state)).mode & 0o777).toBe(0o700);
		expect((await stat(join(state, "grants.json"))).mode & 0o777).toBe(0o600);
		expect(await readdir(state)).toEqual(["grants.json"]);
		await chmod(join(state, "grants.json"), 0o644);
		await openGrantsFile(state);
		expect((await stat(join(state, "grants.json"))).mode & 0o777).toBe(0o600);
	});

	it.each([
		["empty", ""],
		["not JSON", "grants"],
		["of another version", '{"version":1,"grants":[]}'],
		["with a grant that is none", '{"version":2,"grants":[{"id":"../x"}]}'],
		["with a role that is none", JSON.stringify({ version: 2, grants: [{ ...full, role: "god" }] })],
		["with a time that is none", JSON.stringify({ version: 2, grants: [{ ...full, expires: null }] })],
	])("that is %s is refused, and left as it is", async (_, text) => {
		await writeFile(path, text);
		await expect(openGrantsFile(folder)).rejects.toThrow(failing("bad-grants-file"));
		await expect(openGrantsFile(folder)).rejects.toThrow(path);
		expect(await readFile(path, "utf8")).toBe(text);
	});

	it("that cannot be written keeps what it had, and the remedy is told", async () => {
		const file = await openGrantsFile(folder);
		await keep(file, full);
		await mkdir(`${path}.${process.pid}`);
		await expect(keep(file, { ...full, used: 2 })).rejects.toThrow(failing("state-not-writable"));
		await expect(keep(file, { ...full, used: 3 })).rejects.toThrow("--state");
		expect([...(await openGrantsFile(folder)).all().values()]).toEqual([full]);
		// Else it would be written again when the folder has gone.
		await file.close();
	});
});
