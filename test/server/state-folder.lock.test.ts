import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeServing } from "../../server/serving-file.ts";
import { lockStateFolder } from "../../server/state-folder.ts";

/** How often a server shows that it lives, ms. */
const BEAT = 100;
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
async function lockElsewhere(within: readonly string[] = []): Promise<{ child: ChildProcess; said: string }> {
	const script = `
		import { lockStateFolder } from ${JSON.stringify(MODULE)};
		await lockStateFolder(${JSON.stringify(folder)}, { beatEvery: ${BEAT} }).then(
			() => console.log("locked"),
			({ code }) => console.log(code),
		);
		setInterval(() => {}, 1000);
	`;
	const flags = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
	const [program = "", ...args] = [...within, process.execPath, ...flags];
	const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
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

/** What a server leaves behind that is killed, with a change to it; the name goes with what is in it. */
async function leaveClaim(change: object): Promise<void> {
	const { child } = await lockElsewhere();
	child.kill("SIGKILL");
	await once(child, "exit");
	const [name = ""] = await readdir(folder);
	const claim = JSON.parse(await readFile(join(folder, name), "utf8"));
	await writeFile(join(folder, name), JSON.stringify({ ...claim, ...change }));
}

it.each([
	["of a process that runs, but began later", { pid: process.ppid }],
	["of before a restart of the machine", { pid: process.ppid, boot: "another" }],
	["of a pid that nobody has", { pid: 4_194_304 }],
	["of another machine that is gone", { pid: process.ppid, host: "gone.example" }],
	["of another container that is gone", { pid: process.ppid, namespace: "pid:[1]" }],
	["that cannot be read", { pid: "?" }],
])("a lock %s keeps nobody out", async (_, change) => {
	await leaveClaim(change);
	const lock = await lockStateFolder(folder, { beatEvery: BEAT });
	expect(await readdir(folder)).toEqual([expect.stringMatching(`^lock\\.${process.pid}\\.`)]);
	await lock.release();
});

it("a lock of a process that was killed and that nobody waited for keeps nobody out", async () => {
	// sleep waits for no child: as in a container whose first process is no init.
	const careless = ["sh", "-c", '"$@" & exec sleep 1000', "sh"];
	expect((await lockElsewhere(careless)).said).toBe("locked");
	const [name = ""] = await readdir(folder);
	const pid = Number(name.split(".")[1]);
	process.kill(pid, "SIGKILL");
	await expect.poll(() => readFile(`/proc/${pid}/stat`, "utf8")).toMatch(/\) Z /);
	await (await lockStateFolder(folder, { beatEvery: BEAT })).release();
});

it("a lock of another machine that lives keeps others out", async () => {
	const { child } = await lockElsewhere();
	const [name = ""] = await readdir(folder);
	const claim = JSON.parse(await readFile(join(folder, name), "utf8"));
	await writeFile(join(folder, name), JSON.stringify({ ...claim, host: "studio.example", boot: "another" }));
	await expect(lockStateFolder(folder, { beatEvery: BEAT })).rejects.toThrow(
		`(process ${child.pid} on studio.example) with its state in ${folder}`,
	);
});

describe.runIf(process.getuid?.() === 0)("a server in another container, where pids are others", () => {
	const container = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

	it("keeps others out, and is kept out", async () => {
		expect((await lockElsewhere(container)).said).toBe("locked");
		await expect(lockStateFolder(folder, { beatEvery: BEAT })).rejects.toThrow(inUse);
		expect((await lockElsewhere(container)).said).toBe("state-in-use");
		expect(await readdir(folder)).toHaveLength(1);
	});

	it("keeps nobody out once it was killed", async () => {
		const { child } = await lockElsewhere(container);
		child.kill("SIGKILL");
		await once(child, "exit");
		const lock = await lockStateFolder(folder, { beatEvery: BEAT });
		expect(await readdir(folder)).toHaveLength(1);
		await lock.release();
	});
});

it("of many that start at the same time, one gets the folder, whatever was left behind", async () => {
	await leaveClaim({});
	const all = await Promise.all(Array.from({ length: 8 }, () => lockElsewhere()));
	expect(all.map(({ said }) => said).sort()).toEqual(["locked", ...Array(7).fill("state-in-use")]);
	const holder = all.find(({ said }) => said === "locked")?.child.pid;
	expect(await readdir(folder)).toEqual([expect.stringMatching(`^lock\\.${holder}\\.`)]);
});

it("a process that has a folder does not get it again", async () => {
	const lock = await lockStateFolder(folder);
	await expect(lockStateFolder(folder)).rejects.toThrow(inUse);
	await lock.release();
	await (await lockStateFolder(folder)).release();
});
