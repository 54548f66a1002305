import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { parseServeOptions } from "../../server/cli/serve.ts";
import { type RunningServer, serve } from "../../server/index.ts";
import { createLog } from "../../server/log.ts";
import { mountSmallDisk, type SmallDisk } from "../support/small-disk.ts";

// The demo device draws and codes for real, which a busy machine may take its time for.
vi.setConfig({ testTimeout: 30_000 });

let disk: SmallDisk | undefined;
let state: string;
let logged: string;
let running: RunningServer[];
beforeEach(async () => {
	disk = await mountSmallDisk();
	state = join(disk?.folder ?? "", "state");
	logged = "";
	running = [];
});
afterEach(async () => {
	for (const server of running) await server.close();
	await disk?.close();
});

async function start(): Promise<RunningServer> {
	const options = parseServeOptions(["--port", "0", "--state", state, "--device", "demo:"], {});
	const server = await serve(
		options,
		createLog((line) => {
			logged += line;
		}),
	);
	running.push(server);
	return server;
}

function ask({ ownerUrl }: RunningServer, path: string, more: RequestInit = {}): Promise<Response> {
	const [base, token] = ownerUrl.split("/#token=");
	return fetch(`${base}${path}`, { ...more, headers: { authorization: `Bearer ${token}` } });
}

const health = async (server: RunningServer) => (await ask(server, "/healthz")).json();
const unwritten = async (server: RunningServer) =>
	/^porthole_state_unwritten (\d+)$/m.exec(await (await ask(server, "/metrics")).text())?.[1];
const links = async (server: RunningServer) =>
	((await (await ask(server, "/api/grants")).json()) as { grants: { id: string }[] }).grants;
const kept = async () =>
	JSON.parse(await readFile(join(state, "grants.json"), "utf8")).grants[0].ended?.reason;

/** A server whose only link was revoked while its disk was full. */
async function revokeOnFullDisk(full: SmallDisk): Promise<RunningServer> {
	const server = await start();
	const made = await ask(server, "/api/devices/demo/grants", { method: "POST", body: '{"role":"own"}' });
	const { id } = (await made.json()) as { id: string };
	expect(await health(server)).toEqual({ status: "ok" });
	await full.fill();
	const revoked = await ask(server, `/api/grants/${id}`, { method: "DELETE" });
	expect(revoked.status).toBe(507);
	expect(await revoked.json()).toMatchObject({
		error: { code: "not-kept", message: expect.stringMatching(/is revoked, but .*The disk is full/s) },
	});
	expect(await links(server)).toEqual([]);
	expect(await kept()).toBeUndefined();
	return server;
}

it("a link that is revoked while the disk is full is told not to be kept yet, and stays revoked once there is room", async ({
	skip,
}) => {
	if (!disk) return skip("no disk of its own may be mounted");
	const server = await revokeOnFullDisk(disk);
	expect(await health(server)).toEqual({ status: "degraded" });
	expect(Number(await unwritten(server))).toBeGreaterThan(0);
	expect(logged).toMatch(/ error not written to the state folder; .* what="links" error=.*ENOSPC/);
	await disk.free();
	await expect.poll(() => health(server)).toEqual({ status: "ok" });
	expect(await unwritten(server)).toBe("0");
	expect(logged).toContain('written to the state folder after all what="links"');
	expect(await kept()).toBe("revoked");
	await server.close();
	expect(await links(await start())).toEqual([]);
	const audited = await readFile(join(state, "audit.jsonl"), "utf8");
	expect(audited.match(/"event":"(shared|revoked)"/g)).toEqual(['"event":"shared"', '"event":"revoked"']);
});

it("what a full disk takes until the end is told to be lost", async ({ skip }) => {
	if (!disk) return skip("no disk of its own may be mounted");
	const server = await revokeOnFullDisk(disk);
	await server.close();
	expect(logged).toMatch(/ error lost, as it could not be written: .* what="links" error=/);
});

it("a server does not start on a full disk, and says so", async ({ skip }) => {
	if (!disk) return skip("no disk of its own may be mounted");
	await mkdir(state);
	await disk.fill();
	await expect(start()).rejects.toMatchObject({
		code: "state-not-writable",
		message: expect.stringContaining("The disk is full: make room there, or choose"),
	});
});
