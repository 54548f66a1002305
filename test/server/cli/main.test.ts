import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { packageRoot } from "../../../server/package-root.ts";
import { porthole } from "../../support/command-line.ts";

// Each test starts a process, which a busy machine may take its time for.
vi.setConfig({ testTimeout: 30_000 });

let state: string;
beforeAll(async () => {
	state = await mkdtemp(join(tmpdir(), "porthole-main-"));
});
afterAll(() => rm(state, { recursive: true }));

describe("the command line", () => {
	it.each([
		[["help"], "porthole <command>"],
		[["serve", "--help"], "porthole serve [options]"],
		[["serve", "--help"], "desktop:[WIDTHxHEIGHT]"],
		[["serve", "--help"], "?exec="],
		[["host", "--help", "--signaling", "x"], "?scanout="],
		[["hxfr", "--help"], "?ask="],
	])("helps with %j", async (args, words) => {
		const { code, stdout, stderr } = await porthole(args);
		expect([code, stderr]).toEqual([0, ""]);
		expect(stdout).toContain(words);
	});

	it.each(["--version", "-V", "version"])("tells its version with %s", async (arg) => {
		const { version } = JSON.parse(await readFile(join(packageRoot, "package.json"), "utf8"));
		expect(await porthole([arg])).toMatchObject({ code: 0, stdout: `porthole ${version}\n`, stderr: "" });
	});

	it.each([
		[["shair", "demo"], "Did you mean porthole share?"],
		[["--prot", "1"], "Did you mean --port?"],
		[["--device", "desktop:?exce=firefox", "--port", "0"], "Did you mean exec?"],
	])("names what %j probably meant", async (args, words) => {
		expect((await porthole(args, { PORTHOLE_STATE: state })).stderr).toContain(words);
	});

	it.each([
		["a command that is not there", ["dance"], "unknown-command"],
		["a command that JavaScript knows", ["constructor"], "unknown-command"],
		["an option that serve does not take", ["--dance"], "bad-option"],
		["a list of devices when nothing runs", ["devices"], "not-running"],
		["a link when nothing runs", ["share", "demo"], "not-running"],
		["a list of links when nothing runs", ["grants"], "not-running"],
		["an end of a link when nothing runs", ["revoke", "0123456789abcdef"], "not-running"],
		["an option that doctor does not take", ["doctor", "--dance"], "bad-option"],
		["a port out of range", ["--port", "70000"], "bad-option"],
		["a device that is none", ["serve", "--port", "0", "--device", "nonsense"], "bad-device-spec"],
		["an address that is no Redis'", ["signaling", "--redis", "http://:hushhush@h"], "bad-option"],
		[
			"a Redis that is not there",
			["signaling", "--port", "0", "--redis", "redis://u:hushhush@127.0.0.1:1"],
			"redis-unreachable",
		],
		["a kind of device that is not there", ["--port", "0", "--device", "toaster:1"], "unknown-device-kind"],
	])("answers %s with words and its code, not with a stack", async (_, args, code) => {
		const outcome = await porthole(args, { PORTHOLE_STATE: state });
		expect(outcome.code).toBe(1);
		expect(outcome.stdout).toBe("");
		expect(outcome.stderr).toMatch(/^porthole: /);
		expect(outcome.stderr).toContain(`(${code})`);
		expect(outcome.stderr).not.toMatch(/ {4}at |hushhush/);
	});
});
