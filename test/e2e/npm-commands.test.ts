import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
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

/** What a person or a service manager starts; gives npm once the output has a text. */
async function startNpm(args: readonly string[], until: RegExp, env: object = {}): Promise<ChildProcess> {
	const child = spawn("npm", args, {
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
	throw new Error(`npm ${args.join(" ")} ended: ${output}`);
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
