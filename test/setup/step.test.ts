import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { digestOf, isDone, isFile, markDone, nodeProgram, root, run, SetupError } from "../../setup/step.mjs";
import { processesWith } from "../support/processes.ts";

let folder: string;
let input: string[];
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-setup-"));
	input = [relative(root, folder)];
	await mkdir(join(folder, "sub"));
	await writeFile(join(folder, "a"), "one");
	await writeFile(join(folder, "sub", "b"), "two");
});
afterEach(() => rm(folder, { recursive: true }));

describe("the digest of a step's input", () => {
	it("stays the same while names and contents do, whatever the dates", async () => {
		const before = digestOf(input);
		await utimes(join(folder, "a"), 0, 0);
		expect(digestOf(input)).toBe(before);
	});

	it.each([
		["a content changes", () => writeFile(join(folder, "sub", "b"), "three")],
		["a file is added", () => writeFile(join(folder, "c"), "")],
		["a file goes", () => rm(join(folder, "a"))],
		[
			"a file is renamed",
			async () => {
				await rm(join(folder, "a"));
				await writeFile(join(folder, "z"), "one");
			},
		],
	])("changes when %s", async (_, change) => {
		const before = digestOf(input);
		await change();
		expect(digestOf(input)).not.toBe(before);
	});

	it("leaves out what a step makes itself", async () => {
		const before = digestOf(input);
		for (const made of ["build", "node_modules"]) {
			await mkdir(join(folder, "sub", made));
			await writeFile(join(folder, "sub", made, "out.o"), "made");
		}
		expect(digestOf(input)).toBe(before);
	});

	it("takes what is not there for nothing", () => {
		expect(digestOf([...input, "no/such/file"])).toBe(digestOf(input));
	});
});

describe("a step", () => {
	const name = `test-${process.pid}`;
	afterEach(() => rm(join(root, ".setup", name), { force: true }));

	it("is done once its success has been noted, for that input alone", () => {
		expect(isDone(name, "digest")).toBe(false);
		markDone(name, "digest");
		expect(isDone(name, "digest")).toBe(true);
		expect(isDone(name, "other digest")).toBe(false);
		markDone(name, "other digest");
		expect(isDone(name, "other digest")).toBe(true);
		expect(isDone(name, "digest")).toBe(false);
	});
});

describe("running a program", () => {
	let shown: string;
	beforeEach(() => {
		shown = "";
		for (const stream of [process.stdout, process.stderr]) {
			vi.spyOn(stream, "write").mockImplementation((text) => {
				shown += text.toString();
				return true;
			});
		}
	});
	afterEach(() => {
		vi.restoreAllMocks();
	});

	it("tells that it works and that it is done, and keeps the output of a success to itself", async () => {
		await run("Counting", process.execPath, ["-e", "console.log(process.env.WORD)"], {
			env: { WORD: "loud" },
		});
		expect(shown).toMatch(/^· Counting …\n· Counting: done in \d+ s\n$/);
	});

	it("shows the output of a failure, and fails with the remedy", async () => {
		const failing = run("Counting", process.execPath, ["-e", "console.error('why'); process.exit(3)"], {
			remedy: "Count again.",
		});
		await expect(failing).rejects.toThrow(SetupError);
		await expect(failing).rejects.toThrow(/^Counting failed \(.* ended with 3\)\. Count again\.$/);
		expect(shown).toContain("why\n");
	});

	it("fails in the same way for a program that is not there", async () => {
		await expect(run("Counting", "no-such-program", [])).rejects.toThrow(SetupError);
		expect(shown).toContain("ENOENT");
	});
});

describe("a set-up whose npm is ended", () => {
	const STEP = join(root, "setup", "step.mjs");
	const MARK = "MARK_OF_A_TEST";
	let mark: string;
	beforeEach(() => {
		mark = randomUUID();
	});
	afterEach(() => {
		for (const { pid } of processesWith(MARK, mark)) process.kill(pid, "SIGKILL");
	});
	const names = () => processesWith(MARK, mark).map(({ name }) => name);

	/** npm runs a script in a shell, which dies of a signal alone; npm is one here, too, as any program will do. */
	const start = (script: string, options = "{}") => {
		const program = `
			import { endWhenAsked, run } from ${JSON.stringify(STEP)};
			endWhenAsked();
			await run("Building", "sh", ["-c", ${JSON.stringify(script)}], ${options});
		`;
		const setUp = `${process.execPath} --input-type=module -e '${program}' && exec sleep 1000`;
		const npm = `sh -c "$SCRIPT"; true`;
		const env = {
			...process.env,
			[MARK]: mark,
			npm_lifecycle_event: "start",
			SCRIPT: `export PORTHOLE_PARENT=$PPID; ${setUp}`,
		};
		return spawn("sh", ["-c", npm], { env, stdio: "ignore" });
	};

	it.each(["SIGTERM", "SIGKILL"] as const)(
		"by %s ends with every program that it runs, and starts nothing after",
		async (signal) => {
			const npm = start("sleep 1000 & sleep 1000; true");
			await expect.poll(names).toEqual(expect.arrayContaining(["sleep", "sleep"]));
			npm.kill(signal);
			// The shell of the script is left.
			await expect.poll(names, { timeout: 5_000 }).toEqual([]);
		},
	);

	it("lets a program end that must not be cut off, and starts nothing after", async () => {
		const go = join(folder, "go");
		const done = join(folder, "done");
		const npm = start(`until test -e ${go}; do sleep 0.1; done; echo > ${done}`, "{ isShielded: true }");
		await expect.poll(names).toContain("sleep");
		for (const { pid, name } of processesWith(MARK, mark))
			if (name === "MainThread") process.kill(pid, "SIGTERM");
		npm.kill("SIGKILL");
		await once(npm, "exit");
		await writeFile(go, "");
		await expect.poll(names, { timeout: 5_000 }).toEqual([]);
		expect(isFile(done)).toBe(true);
	});
});

it("knows a file from a folder and from nothing", () => {
	expect(isFile(join(folder, "a"))).toBe(true);
	expect(isFile(folder)).toBe(false);
	expect(isFile(join(folder, "nothing"))).toBe(false);
});

it("finds a Node that is there", () => {
	expect(isFile(nodeProgram())).toBe(true);
});
