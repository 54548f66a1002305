import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PATIENCE } from "../support/device-page.ts";
import { processesWith } from "../support/processes.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** Inherited by all that is started. */
const MARK = "MARK_OF_A_TEST";

let mark: string;
let state: string;
beforeEach(async () => {
	mark = randomUUID();
	state = await mkdtemp(join(tmpdir(), "porthole-npm-"));
});
afterEach(async () => {
	for (const { pid } of processesWith(MARK, mark)) process.kill(pid, "SIGKILL");
	await rm(state, { recursive: true, force: true });
});

const names = () => processesWith(MARK, mark).map(({ name }) => name);

/** Whether a process of this test was started with an argument. */
const runs = (argument: string) =>
	processesWith(MARK, mark).some(({ pid }) => {
		try {
			return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(argument);
		} catch {
			return false;
		}
	});

/** What a person or a service manager starts; gives npm once the output has a text. */
async function startNpm(args: readonly string[], until: RegExp, env: object = {}): Promise<ChildProcess> {
	return startProgram("npm", args, until, env);
}

async function startProgram(
	program: "npm" | "npx",
	args: readonly string[],
	until: RegExp,
	env: object = {},
): Promise<ChildProcess> {
	const child = spawn(program, args, {
		cwd: ROOT,
		env: { ...process.env, npm_lifecycle_event: undefined, [MARK]: mark, ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let output = "";
	child.stderr.on("data", (chunk) => (output += chunk));
	for await (const chunk of child.stdout) {
		output += chunk;
		if (until.test(output)) {
			child.stdout.resume();
			return child;
		}
	}
	throw new Error(`${program} ${args.join(" ")} ended: ${output}`);
}

describe("npm start", () => {
	it.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const)(
		"that gets %s takes everything with it that it has started",
		async (signal) => {
			const args = ["start", "--", "--port", "0", "--state", state, "--device", "desktop:320x240"];
			const npm = await startNpm(args, /^Open http/m);
			await expect.poll(names, PATIENCE).toEqual(expect.arrayContaining(["Xvfb", "openbox", "xterm"]));
			npm.kill(signal);
			await once(npm, "exit");
			await expect.poll(names, { ...PATIENCE, timeout: 5_000 }).toEqual([]);
		},
	);
});

describe("npm start that is ended during the set-up", () => {
	it.each(["SIGTERM", "SIGHUP", "SIGKILL"] as const)("by %s leaves no server behind", async (signal) => {
		const npm = await startNpm(["start", "--", "--port", "0", "--state", state], /setup\/main\.mjs start/);
		await expect.poll(() => runs("setup/main.mjs"), PATIENCE).toBe(true);
		npm.kill(signal);
		await once(npm, "exit");
		await expect.poll(names, { ...PATIENCE, timeout: 10_000 }).toEqual([]);
		// Where the set-up was quicker, a server has come and has closed in order.
		expect((await readdir(state)).filter((name) => !/^(keys\.json|audit\.jsonl)$/.test(name))).toEqual([]);
	});
});

describe("npx porthole", () => {
	// npx neither ends nor hands on a SIGINT that a terminal does not send to all.
	it.each(["SIGTERM", "SIGHUP", "SIGKILL"] as const)(
		"that gets %s takes everything with it that it has started",
		async (signal) => {
			const args = ["porthole", "serve", "--port", "0", "--state", state, "--device", "desktop:320x240"];
			const npx = await startProgram("npx", args, /^Open http/m);
			await expect.poll(names, PATIENCE).toEqual(expect.arrayContaining(["Xvfb", "openbox", "xterm"]));
			npx.kill(signal);
			await once(npx, "exit");
			await expect.poll(names, { ...PATIENCE, timeout: 5_000 }).toEqual([]);
			// It closed in order.
			expect(await readdir(state)).not.toContain("serving.json");
		},
	);
});

describe("npm test", () => {
	it.each(["SIGTERM", "SIGKILL"] as const)(
		"that gets %s takes everything with it that it has started",
		async (signal) => {
			const args = ["test", "--", "--project", "e2e", "test/e2e/hidden-pages.test.ts"];
			const npm = await startNpm(args, /RUN/, { TMPDIR: state });
			await expect.poll(names, PATIENCE).toEqual(expect.arrayContaining([expect.stringMatching(/chrom/)]));
			npm.kill(signal);
			await once(npm, "exit");
			await expect.poll(names, { ...PATIENCE, timeout: 10_000 }).toEqual([]);
		},
	);
});
