import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultStateFolder, loadKeys } from "../../../signaling/auth/state-files.ts";

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-keys-"));
});
afterEach(async () => {
	await rm(folder, { recursive: true });
});

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
const failing = (code: string) => expect.objectContaining({ name: "PortholeError", code });

describe("the key file", () => {
	it("is made on the first start, for the user alone, and read on the next", async () => {
		const state = join(folder, "deep", "state");
		const keys = await loadKeys(state);
		expect(new Set(Object.values(keys)).size).toBe(2);
		expect(await modeOf(state)).toBe(0o700);
		expect(await modeOf(join(state, "keys.json"))).toBe(0o600);
		expect(await readdir(state)).toEqual(["keys.json"]);
		expect(await loadKeys(state)).toEqual(keys);
	});

	it("is the same for all that make one at the same time", async () => {
		const all = await Promise.all(Array.from({ length: 20 }, () => loadKeys(folder)));
		expect(new Set(all.map(({ ownerToken }) => ownerToken)).size).toBe(1);
		expect(await loadKeys(folder)).toEqual(all[0]);
		expect(await readdir(folder)).toEqual(["keys.json"]);
	});

	it("is taken back from others who could read it", async () => {
		await loadKeys(folder);
		await chmod(join(folder, "keys.json"), 0o644);
		await loadKeys(folder);
		expect(await modeOf(join(folder, "keys.json"))).toBe(0o600);
	});

	it.each([
		["empty", ""],
		["not JSON", "owner=me"],
		["no object", "[]"],
		["without a key", '{"ownerToken":"0123456789abcdef"}'],
		["with a key that is too short", '{"ownerToken":"","signingKey":"0123456789abcdef"}'],
	])("that is %s is refused, and left as it is", async (_, text) => {
		const path = join(folder, "keys.json");
		await writeFile(path, text);
		await expect(loadKeys(folder)).rejects.toThrow(failing("bad-key-file"));
		await expect(loadKeys(folder)).rejects.toThrow(path);
		expect(await readFile(path, "utf8")).toBe(text);
	});

	it("that is a folder is refused", async () => {
		await mkdir(join(folder, "keys.json"));
		await expect(loadKeys(folder)).rejects.toThrow(failing("bad-key-file"));
	});

	it("that cannot be written is told of, with what is in the way and another folder as the remedy", async () => {
		const state = join(folder, "state");
		await writeFile(state, "");
		await expect(loadKeys(state)).rejects.toThrow(failing("state-not-writable"));
		await expect(loadKeys(state)).rejects.toThrow(/A file is where the folder should be.*--state/);
	});
});

it("keeps state where XDG says, or in the home folder", () => {
	expect(defaultStateFolder({ XDG_STATE_HOME: "/state" })).toBe("/state/porthole");
	expect(defaultStateFolder({ XDG_STATE_HOME: "" })).toMatch(/\/\.local\/state\/porthole$/);
	expect(defaultStateFolder({})).toMatch(/\/\.local\/state\/porthole$/);
});
