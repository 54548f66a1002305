import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RunningCommand } from "../support/command-line.ts";

// Each test starts a server, which a busy machine may take its time for.
vi.setConfig({ testTimeout: 30_000 });

let state: string;
beforeEach(async () => {
	state = await mkdtemp(join(tmpdir(), "porthole-bin-"));
});
afterEach(() => rm(state, { recursive: true }));

const run = (...args: string[]) => new RunningCommand("bin/porthole.mjs", args, { PORTHOLE_STATE: state });

/** A server that is ready, with the URL it printed. */
async function serving() {
	const command = run("serve", "--device", "demo:", "--port", "0");
	const [, url = ""] = await command.says(/^Open (http:\S+)\/#token=\S+$/m);
	return { command, url };
}

/** No process answers there any more. */
const gone = (url: string) => expect(fetch(`${url}/healthz`)).rejects.toThrow();

describe("npx porthole", () => {
	it("ends with the exit code of what it ran", async () => {
		expect(await run("help").outcome).toMatchObject({ code: 0 });
		expect(await run("devices").outcome).toMatchObject({ code: 1 });
	});

	it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("hands on %s, and waits for the end", async (signal) => {
		const { command, url } = await serving();
		expect((await fetch(`${url}/healthz`)).status).toBe(200);
		command.child.kill(signal);
		expect(await command.outcome).toMatchObject({ code: 0, stderr: "" });
		await gone(url);
	});

	it("takes the server with it when it is killed", async () => {
		const { command, url } = await serving();
		command.child.kill("SIGKILL");
		await command.outcome;
		await expect.poll(() => fetch(`${url}/healthz`).catch(() => "gone"), { timeout: 5_000 }).toBe("gone");
		await expect.poll(() => readdir(state), { timeout: 5_000 }).not.toContain("serving.json");
	});

	it("closes in order when a terminal sends the signal to all of it at once", async () => {
		const { command, url } = await serving();
		expect(await readdir(state)).toContain("serving.json");
		command.signalAll("SIGINT");
		expect(await command.outcome).toMatchObject({ code: 0 });
		await gone(url);
		expect(await readdir(state)).not.toContain("serving.json");
	});
});
