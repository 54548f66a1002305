import { spawnSync } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stateFindings } from "../../server/cli/doctor/installation.ts";
import { lockStateFolder, stateFolderFault } from "../../server/state-folder.ts";

const MODULE = resolve(import.meta.dirname, "../../server/state-folder.ts");
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-state-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** What a start says of a folder whose user is not root. */
function startAs(user: number, state: string): string {
	const script = `
		import { lockStateFolder, stateFolderFault } from ${JSON.stringify(MODULE)};
		process.setgroups([]);
		process.setgid(${user});
		process.setuid(${user});
		const locked = await lockStateFolder(${JSON.stringify(state)}).catch(({ code, message }) => code + ": " + message);
		console.log(typeof locked === "string" ? locked : await stateFolderFault(${JSON.stringify(state)}));
	`;
	const flags = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
	return spawnSync(process.execPath, flags, { encoding: "utf8" }).stdout.trim();
}

describe("a state folder that cannot be used is told with what is wrong and what helps", () => {
	it("a file in its place", async () => {
		const file = join(folder, "state");
		await writeFile(file, "");
		await expect(lockStateFolder(file)).rejects.toThrow(
			/^\S+lock\.\d+ could not be written: .*A file is where the folder should be: move it away/s,
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
			await expect(lockStateFolder(disk)).rejects.toThrow("That disk is read-only.");
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
		const fault = await stateFolderFault(folder);
		if (words === undefined) expect(fault).toBeUndefined();
		else expect(fault).toContain(`${folder} ${words}`);
		expect((await stateFindings(folder))[0]?.state).toBe(words === undefined ? "good" : "warning");
	});

	it.runIf(isRoot)("one of another user", async () => {
		await chown(folder, 12_345, 12_345);
		await chmod(folder, 0o1777);
		expect(startAs(NOBODY, folder)).toContain("belongs to another user (12345)");
	});

	it("not while there is none", async () => {
		expect(await stateFolderFault(join(folder, "none"))).toBeUndefined();
	});
});
