import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseHostOptions } from "../../server/cli/host.ts";
import { parseServeOptions } from "../../server/cli/serve.ts";
import { parseSignalingOptions } from "../../server/cli/signaling.ts";
import { type RunningServer, serve, serveHost, serveSignaling } from "../../server/index.ts";
import { createLog } from "../../server/log.ts";

// The demo device draws and codes for real, which a busy machine may take its time for.
vi.setConfig({ testTimeout: 30_000 });

const log = createLog(() => {});
const running: { close(): Promise<void> }[] = [];
let state: string;

beforeEach(async () => {
	state = await mkdtemp(join(tmpdir(), "porthole-serve-"));
});
afterEach(async () => {
	await Promise.all(running.splice(0).map((server) => server.close()));
	await rm(state, { recursive: true });
});

async function start(...args: string[]) {
	const options = parseServeOptions(["--port", "0", "--state", state, ...args], {});
	const server = await serve(options, log);
	running.push(server);
	return server;
}

async function startSignaling() {
	const server = await serveSignaling(parseSignalingOptions(["--port", "0", "--state", state], {}), log);
	running.push(server);
	return server;
}

async function startHost(signaling: string, key: string, ...args: string[]) {
	const given = ["--signaling", signaling, "--key", key, "--state", join(state, "host"), ...args];
	const host = await serveHost(parseHostOptions(given, {}), log);
	running.push(host);
	return host;
}

/** A TCP and UDP port that nobody uses now. */
async function freePort(): Promise<number> {
	const server = createServer().listen(0);
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, "close");
	return port;
}

/** Asks for a path with the token of the link that was printed. */
function ask(
	{ ownerUrl }: Pick<RunningServer, "ownerUrl">,
	path: string,
	more: RequestInit = {},
): Promise<Response> {
	const [base, token] = ownerUrl.split("/#token=");
	return fetch(`${base}${path}`, { ...more, headers: { authorization: `Bearer ${token}` } });
}

describe("serve", () => {
	it("offers the devices asked for, behind the token of its link", async () => {
		const server = await start("--device", "demo:", "--device", "demo:?id=second&name=Second");
		expect(server.deviceIds).toEqual(["demo", "second"]);
		expect(server.ownerUrl).toBe(`http://localhost:${server.port}/#token=${server.ownerUrl.split("=")[1]}`);
		const { devices } = (await (await ask(server, "/api/devices")).json()) as { devices: object[] };
		expect(devices).toMatchObject([
			{ id: "demo", state: "ready" },
			{ id: "second", name: "Second" },
		]);
		expect((await fetch(`http://localhost:${server.port}/api/devices`)).status).toBe(401);
		expect((await fetch(`http://localhost:${server.port}/`)).status).toBe(200);
		const screenshot = Buffer.from(await (await ask(server, "/api/devices/demo/still")).arrayBuffer());
		expect(screenshot.subarray(0, 3).toString("hex")).toBe("ffd8ff");
	});

	it("answers to the address that it was told to listen on", async () => {
		const server = await start("--device", "demo:", "--host", "127.0.0.2");
		expect(server.ownerUrl).toMatch(/^http:\/\/127\.0\.0\.2:/);
		expect((await ask(server, "/api/devices")).status).toBe(200);
	});

	it("leaves its address while it runs, and nothing listens after it has closed", async () => {
		const server = await start("--device", "demo:");
		expect(await readdir(state)).toContain("serving.json");
		await server.close();
		await server.close();
		expect(await readdir(state)).not.toContain("serving.json");
		await expect(ask(server, "/healthz")).rejects.toThrow();
	});

	it("keeps links and who used them over a restart, for the user alone", async () => {
		const first = await start("--device", "demo:");
		const made = await ask(first, "/api/devices/demo/grants", { method: "POST", body: '{"role":"view"}' });
		const { id, url } = (await made.json()) as { id: string; url: string };
		const [, token = ""] = url.split("#grant=");
		expect(token).toHaveLength(22);
		const body = JSON.stringify({ token });
		const session = await fetch(new URL("/api/session", url), { method: "POST", body });
		const cookie = session.headers.get("set-cookie")?.split(";")[0] ?? "";
		await first.close();

		const second = await start("--device", "demo:");
		const devices = () => fetch(`http://localhost:${second.port}/api/devices`, { headers: { cookie } });
		expect((await devices()).status).toBe(200);
		expect((await ask(second, `/api/grants/${id}`, { method: "DELETE" })).status).toBe(204);
		expect((await devices()).status).toBe(403);
		await second.close();

		const audited = (await readFile(join(state, "audit.jsonl"), "utf8")).trimEnd().split("\n");
		const events = audited.map((line) => JSON.parse(line)).filter(({ grantId }) => grantId === id);
		expect(events.map(({ event }) => event)).toEqual(["shared", "opened", "revoked"]);
		for (const file of ["audit.jsonl", "grants.json"]) {
			expect((await stat(join(state, file))).mode & 0o777).toBe(0o600);
			expect(await readFile(join(state, file), "utf8")).not.toContain(token);
		}
	});

	it("says that its port is in use, and leaves the other server's address alone", async () => {
		const { port } = await start("--device", "demo:");
		const second = start("--device", "demo:", "--port", String(port), "--state", join(state, "second"));
		await expect(second).rejects.toMatchObject({ code: "port-in-use" });
		expect(await readdir(state)).toContain("serving.json");
	});

	it("says that its state folder is in use, and leaves the other server to it", async () => {
		const first = await start("--device", "demo:");
		for (const second of [() => start("--device", "demo:"), startSignaling])
			await expect(second()).rejects.toMatchObject({
				code: "state-in-use",
				message: expect.stringMatching(
					`http://localhost:${first.port} \\(process ${process.pid}\\).* ${state}`,
				),
			});
		expect(await readdir(state)).toContain("serving.json");
		await first.close();
		await start("--device", "demo:");
	});

	it("says that its media port is in use, and frees the page's", async () => {
		const mediaPort = await freePort();
		await start("--device", "demo:", "--media-port", String(mediaPort));
		const port = await freePort();
		const other = ["--state", join(state, "second")];
		const second = ["--device", "demo:", "--port", String(port), ...other, "--media-port"];
		await expect(start(...second, String(mediaPort))).rejects.toMatchObject({
			code: "no-address",
			message: expect.stringContaining(`port ${mediaPort}`),
		});
		expect((await start(...second, "0")).port).toBe(port);
	});

	it("does not start with half of its devices, and frees its port", async () => {
		const failed = start("--device", "demo:", "--device", "demo:");
		await expect(failed).rejects.toMatchObject({ code: "device-id-taken" });
		expect(await readdir(state)).not.toContain("serving.json");
	});
});

describe("signaling and a host that dials out", () => {
	it("offer the host's devices behind its name, with a key that is told once", async () => {
		const signaling = await startSignaling();
		const key = signaling.firstHostKey ?? "";
		const args = ["--name", "Ana's Studio", "--device", "demo:"];
		const host = await startHost(signaling.hostUrl, key, ...args);
		expect(await host.joined).toEqual({ deviceIds: ["ana-s-studio.demo"] });
		const { devices } = (await (await ask(signaling, "/api/devices")).json()) as { devices: object[] };
		expect(devices).toMatchObject([{ id: "ana-s-studio.demo", host: "Ana's Studio", state: "ready" }]);
		await host.close();
		await signaling.close();

		const again = await startSignaling();
		expect(again.firstHostKey).toBeUndefined();
		expect(again.ownerUrl.split("#")[1]).toBe(signaling.ownerUrl.split("#")[1]);
		const back = await startHost(again.hostUrl, key, ...args);
		expect(await back.joined).toEqual({ deviceIds: ["ana-s-studio.demo"] });
	});

	it("part for good when the key is wrong", async () => {
		const { hostUrl } = await startSignaling();
		const host = await startHost(hostUrl, "wrong", "--device", "demo:");
		expect(await host.refused).toMatchObject({ code: "wrong-host-key" });
	});

	it("is a host alone when signaling is not there yet, and finds it when it is", async () => {
		const first = await startSignaling();
		const key = first.firstHostKey ?? "";
		await first.close();
		const host = await startHost(first.hostUrl, key, "--name", "studio", "--device", "demo:");
		const options = ["--port", String(first.port), "--state", state];
		running.push(await serveSignaling(parseSignalingOptions(options, {}), log));
		expect(await host.joined).toEqual({ deviceIds: ["studio.demo"] });
	});

	it("does not begin with half of its devices", async () => {
		const failed = startHost("http://localhost:1", "key", "--device", "demo:", "--device", "demo:");
		await expect(failed).rejects.toMatchObject({ code: "device-id-taken" });
	});
});
