import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stateFindings } from "../../server/cli/doctor/installation.ts";
import { writeServing } from "../../server/serving-file.ts";
import { lockStateFolder, makePrivate, stateFolderFaults } from "../../server/state-folder.ts";
import { loadKeys } from "../../signaling/auth/state-files.ts";
import { mountSmallDisk } from "../support/small-disk.ts";

const MODULE = resolve(import.meta.dirname, "../../server/state-folder.ts");
const FILES = resolve(import.meta.dirname, "../../signaling/auth/state-files.ts");
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-state-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** What a start says of a folder whose user is not root. */
function startAs(user: number, state: string, more = ""): string {
	const script = `
		import { lockStateFolder, stateFolderFaults } from ${JSON.stringify(MODULE)};
		process.setgroups([]);
		process.setgid(${user});
		process.setuid(${user});
		const locked = await lockStateFolder(${JSON.stringify(state)}).catch(({ code, message }) => code + ": " + message);
		const { loadKeys } = await import(${JSON.stringify(FILES)});
		const failed = await (async () => void (${more || "undefined"}))().catch(({ code, message }) => code + ": " + message);
		if (failed) console.log(failed);
		else console.log(typeof locked === "string" ? locked : JSON.stringify(await stateFolderFaults(${JSON.stringify(state)})));
	`;
	const flags = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
	return spawnSync(process.execPath, flags, { encoding: "utf8" }).stdout.trim();
}

describe("a state folder that cannot be used is told with what is wrong and what helps", () => {
	it("a file in its place", async () => {
		const file = join(folder, "state");
		await writeFile(file, "");
		await expect(lockStateFolder(file)).rejects.toThrow(
			/^\S+lock\.\d+\.\w{8} could not be written: .*A file is where the folder should be: move it away/s,
		);
		expect(await stateFindings(file)).toMatchObject([{ name: "state", state: "bad" }]);
	});

	it.runIf(isRoot)("one that this user may not write to", async () => {
		await chmod(folder, 0o755);
		expect(startAs(NOBODY, folder)).toMatch(
			/^state-not-writable: .*permission denied.*This user may not write there: give it the folder \(chown\)/s,
		);
	});

	it.runIf(isRoot)("one on a read-only disk", async () => {
		const disk = join(folder, "disk");
		await mkdir(disk);
		const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", disk]).status === 0;
		if (!mounted) return;
		try {
			await expect(lockStateFolder(disk)).rejects.toThrow(
				"That disk is read-only: make it writable, or choose another folder with --state",
			);
		} finally {
			spawnSync("umount", [disk]);
		}
	});
});

describe("a state folder in which others can replace secrets is told", () => {
	it.each([
		[0o700, undefined],
		[0o755, undefined],
		[0o1777, undefined],
		[0o775, "can be written by other users"],
		[0o777, "can be written by other users"],
	])("of mode %o: %s", async (mode, words) => {
		await chmod(folder, mode);
		const faults = await stateFolderFaults(folder);
		if (words === undefined) expect(faults).toEqual([]);
		else
			expect(faults).toEqual([
				{ detail: expect.stringContaining(`${folder} ${words}`), remedy: `Run: chmod go-w ${folder}` },
			]);
		expect((await stateFindings(folder))[0]?.state).toBe(words === undefined ? "good" : "warning");
	});

	it.runIf(isRoot)("one of another user", async () => {
		await chown(folder, 12_345, 12_345);
		await chmod(folder, 0o1777);
		expect(startAs(NOBODY, folder)).toContain("belongs to another user (12345)");
	});

	it("not while there is none", async () => {
		expect(await stateFolderFaults(join(folder, "none"))).toEqual([]);
	});
});

describe("a secret that others can reach", () => {
	it("is told with its mode and what helps, by doctor too, and is taken back at the start", async () => {
		await loadKeys(folder);
		const keys = join(folder, "keys.json");
		await chmod(keys, 0o644);
		const fault = {
			detail: `${keys} could be read by other users (mode 644).`,
			remedy: expect.stringMatching(/^A start takes it back.* remove it to have new secrets made/),
		};
		expect(await stateFolderFaults(folder)).toEqual([fault]);
		expect(await stateFindings(folder)).toEqual([{ name: "state", state: "warning", ...fault }]);
		// Doctor changes nothing.
		expect((await stat(keys)).mode & 0o777).toBe(0o644);
		await makePrivate(folder);
		expect((await stat(keys)).mode & 0o777).toBe(0o600);
		expect(await stateFolderFaults(folder)).toEqual([]);
	});

	it.runIf(isRoot)("and is another user's is told", async () => {
		await chown(folder, NOBODY, NOBODY);
		await loadKeys(folder);
		await chown(join(folder, "keys.json"), 12_345, 12_345);
		expect(startAs(NOBODY, folder)).toMatch(
			/keys\.json belongs to another user \(12345\), who can read and change it/,
		);
	});

	it.runIf(isRoot)("but not this user is told as that, and not as a broken file that should go", async () => {
		await chown(folder, NOBODY, NOBODY);
		await loadKeys(folder);
		const words = startAs(NOBODY, folder, `await loadKeys(${JSON.stringify(folder)})`);
		expect(words).toMatch(
			/^state-not-readable: \S+keys\.json could not be read: EACCES.* Give it to the user who runs this/,
		);
	});
});

describe("doctor", () => {
	it("takes a folder for good that the first start will make, and makes none", async () => {
		const none = join(folder, "deep", "state");
		expect(await stateFindings(none)).toEqual([{ name: "state", state: "good", detail: none }]);
		expect(await readdir(folder)).toEqual([]);
		await writeFile(join(folder, "deep"), "");
		expect(await stateFindings(none)).toMatchObject([{ state: "bad" }]);
	});

	it("tells a disk that is full", async ({ skip }) => {
		const disk = await mountSmallDisk();
		if (!disk) return skip("no disk of its own may be mounted");
		try {
			await disk.fill();
			expect(await stateFindings(disk.folder)).toMatchObject([
				{
					state: "bad",
					detail: expect.stringMatching(/bytes are free/),
					remedy: expect.stringMatching(/^The disk is full: make room there, or choose/),
				},
			]);
		} finally {
			await disk.close();
		}
	});

	it.each([
		["ok", "good", /^process \d+ runs at http:\S+$/],
		["degraded", "bad", /cannot write its state to the disk/],
		["no JSON", "warning", /does not answer/],
	])("tells of the server that uses it, which says %s", async (status, state, words) => {
		const server = createServer((_request, response) => response.end(JSON.stringify({ status })));
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		const { port } = server.address() as AddressInfo;
		const lock = await lockStateFolder(folder);
		try {
			await writeServing(folder, { pid: process.pid, url: `http://127.0.0.1:${port}` });
			const [, finding] = await stateFindings(folder);
			expect(finding).toMatchObject({ name: "server", state, detail: expect.stringMatching(words) });
		} finally {
			await lock.release();
			server.close();
		}
		expect(await stateFindings(folder)).toHaveLength(1);
	});
});
