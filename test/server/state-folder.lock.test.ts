import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeServing } from "../../server/serving-file.ts";
import { lockStateFolder } from "../../server/state-folder.ts";

const MODULE = resolve(import.meta.dirname, "../../server/state-folder.ts");

let folder: string;
let children: ChildProcess[];
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-lock-"));
	children = [];
});
afterEach(async () => {
	for (const child of children) {
		if (child.exitCode !== null || child.signalCode !== null) continue;
		child.kill("SIGKILL");
		await once(child, "exit");
	}
	await rm(folder, { recursive: true });
});

/** Another process that takes the folder and keeps it while it lives; gives what it says of that. */
async function lockElsewhere(): Promise<{ child: ChildProcess; said: string }> {
	const script = `
		import { lockStateFolder } from ${JSON.stringify(MODULE)};
		await lockStateFolder(${JSON.stringify(folder)}).then(
			() => console.log("locked"),
			({ code }) => console.log(code),
		);
		setInterval(() => {}, 1000);
	`;
	const flags = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
	const child = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
	children.push(child);
	const [said] = await once(child.stdout as NodeJS.ReadableStream, "data");
	return { child, said: String(said).trim() };
}

const inUse = expect.objectContaining({ name: "PortholeError", code: "state-in-use" });

it("a folder that a server uses is refused to another one, with its process and its address", async () => {
	const { child, said } = await lockElsewhere();
	expect(said).toBe("locked");
	await expect(lockStateFolder(folder)).rejects.toThrow(inUse);
	await expect(lockStateFolder(folder)).rejects.toThrow(`(process ${child.pid}) with its state in ${folder}`);
	await writeServing(folder, { pid: child.pid as number, url: "http://localhost:8400" });
	await expect(lockStateFolder(folder)).rejects.toThrow("already runs at http://localhost:8400");
});

it("a folder is free again when its server lets it go, or was killed", async () => {
	const first = await lockStateFolder(folder);
	expect((await lockElsewhere()).said).toBe("state-in-use");
	await first.release();
	await first.release();
	const { child, said } = await lockElsewhere();
	expect(said).toBe("locked");
	child.kill("SIGKILL");
	await once(child, "exit");
	const again = await lockStateFolder(folder);
	await again.release();
	expect(await readdir(folder)).toEqual([]);
});

it.each([
	["of another process that had this one's pid", process.pid, { started: "another boot 1", holds: true }],
	["of a pid that nobody has", 4_194_304, { holds: true }],
	["of a process that runs, but began later", process.ppid, { started: "another boot 1", holds: true }],
	["that cannot be read", 4_194_303, undefined],
])("a lock %s keeps nobody out", async (_, pid, left) => {
	await writeFile(join(folder, `lock.${pid}`), left ? JSON.stringify({ pid, ...left }) : "?");
	const lock = await lockStateFolder(folder);
	expect(await readdir(folder)).toEqual([`lock.${process.pid}`]);
	await lock.release();
});

it("of many that start at the same time, one gets the folder, whatever was left behind", async () => {
	await writeFile(join(folder, "lock.4194304"), JSON.stringify({ pid: 4_194_304, holds: true }));
	const all = await Promise.all(Array.from({ length: 8 }, () => lockElsewhere()));
	expect(all.map(({ said }) => said).sort()).toEqual(["locked", ...Array(7).fill("state-in-use")]);
	const holder = all.find(({ said }) => said === "locked")?.child.pid;
	expect(await readdir(folder)).toEqual([`lock.${holder}`]);
});

it("a process that has a folder does not get it again", async () => {
	const lock = await lockStateFolder(folder);
	await expect(lockStateFolder(folder)).rejects.toThrow(inUse);
	await lock.release();
	await (await lockStateFolder(folder)).release();
});
