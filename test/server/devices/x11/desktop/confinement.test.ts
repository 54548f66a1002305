import { spawnSync } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const HOST = resolve(import.meta.dirname, "confined-program.ts");
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: string;
let state: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-confinement-"));
	await chmod(folder, 0o777);
	state = join(folder, "state");
	await mkdir(state, { mode: 0o700 });
	await writeFile(join(state, "keys.json"), "the owner's token", { mode: 0o600 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/**
 * What somebody finds who has a shell on a desktop: each attack writes what it got, or why not. The process that started
 * the desktop has a secret in its environment and among its arguments.
 */
const ATTACKS = `
	try() { name=$1; shift; "$@" > "$OUT/$name" 2> "$OUT/$name.error"; echo $? > "$OUT/$name.code"; }
	try keys cat "$STATE/keys.json"
	try list ls -A "$STATE"
	try around cat /proc/$SERVER/root"$STATE/keys.json"
	try environ cat /proc/$SERVER/environ
	try memory head -c 1 /proc/$SERVER/mem
	try descriptors ls /proc/$SERVER/fd
	try kill kill -0 $SERVER
	try agent sh -c 'echo "$SSH_AUTH_SOCK$SERVER_SECRET"'
	try unmount umount "$STATE"
	try again unshare --user --map-root-user --mount sh -c 'umount "$1"; cat "$1/keys.json"' sh "$STATE"
	try root sh -c 'command -v sudo > /dev/null && sudo -n cat "$1/keys.json"' sh "$STATE"
	try user id -u
	try prompt bash -ic 'echo "\${PS1@P}"'
	try home sh -c 'echo "$HOME"; touch "$HOME/mine"'
	touch "$OUT/done"
`;

async function attack(user: number | undefined): Promise<Record<string, string>> {
	const out = join(folder, "out");
	await mkdir(out);
	await chmod(out, 0o777);
	if (user !== undefined)
		await Promise.all([state, join(state, "keys.json")].map((path) => chown(path, user, user)));
	const as = user === undefined ? [] : ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
	const [command = "", ...args] = [...as, process.execPath, HOST, state, ATTACKS];
	const env: NodeJS.ProcessEnv = {
		NODE_ENV: "test",
		PATH: process.env.PATH,
		HOME: folder,
		OUT: out,
		STATE: state,
		SERVER_SECRET: "secret of the server",
		SSH_AUTH_SOCK: "/tmp/agent",
	};
	const { status, stderr } = spawnSync(command, args, { env, encoding: "utf8", cwd: "/" });
	expect([status, stderr]).toEqual([0, expect.not.stringContaining("Error")]);
	const read = async (name: string) => (await readFile(join(out, name), "utf8").catch(() => "")).trim();
	const names = [...ATTACKS.matchAll(/try (\w+) /g)].map(([, name = ""]) => name);
	const entries = await Promise.all(names.map(async (name) => [name, await read(name)] as const));
	await read("done");
	return Object.fromEntries([
		...entries,
		["reach", await read("reach")],
		["killed", await read("kill.code")],
	]);
}

const NOTHING = { keys: "", list: "", around: "", memory: "", agent: "", again: "", root: "" };

describe("a shell on a desktop", () => {
	it.runIf(isRoot)("that root started has a user of its own, and none of the server's secrets", async () => {
		const got = await attack(undefined);
		expect(got).toMatchObject({ ...NOTHING, reach: "separate-user", environ: "", descriptors: "" });
		expect(got.killed).not.toBe("0");
		expect(Number(got.user)).toBeGreaterThanOrEqual(62_000);
		expect(got.home).toMatch(/porthole-home-/);
		expect(got.prompt).toBe("desktop:/$");
	});

	it.runIf(isRoot)("that an ordinary user started sees an empty folder in place of the secrets", async () => {
		const got = await attack(NOBODY);
		if (got.reach === "owner") return expect(spawnSync("unshare", ["--user", "true"]).status).not.toBe(0);
		expect(got).toMatchObject({ ...NOTHING, reach: "without-secrets", user: String(NOBODY) });
		expect(got.environ).not.toContain("secret of the server");
		expect(got.killed).not.toBe("0");
	});
});
