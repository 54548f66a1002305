import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { devicesCommand } from "../../../server/cli/devices.ts";
import { writeServing } from "../../../server/serving-file.ts";
import { loadKeys } from "../../../signaling/auth/state-files.ts";
import { describeDevice } from "../../support/signaling-harness.ts";

let state: string;
let server: Server | undefined;
let printed: string;

beforeEach(async () => {
	state = await mkdtemp(join(tmpdir(), "porthole-devices-"));
	printed = "";
	vi.spyOn(console, "log").mockImplementation((line: string) => {
		printed += `${line}\n`;
	});
});
afterEach(async () => {
	vi.restoreAllMocks();
	vi.unstubAllEnvs();
	server?.closeAllConnections();
	server?.close();
	server = undefined;
	await rm(state, { recursive: true });
});

/** A server that answers whoever has the key with `status` and `body`, and has left its address. */
async function answering(status: number, body: string): Promise<string> {
	const { ownerToken } = await loadKeys(state);
	server = createServer((request, response) => {
		const known = request.headers.authorization === `Bearer ${ownerToken}`;
		response.writeHead(known ? status : 401);
		response.end(known ? body : "{}");
	}).listen(0, "127.0.0.1");
	await new Promise((resolve) => server?.once("listening", resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	await writeServing(state, { pid: process.pid, url });
	return url;
}

const list = JSON.stringify({
	devices: [describeDevice("phone"), describeDevice("tv", { state: "failed" })],
});
const notRunning = (words: string) =>
	expect.objectContaining({ code: "not-running", message: expect.stringContaining(words) });

describe("porthole devices", () => {
	it("lists each device with its link", async () => {
		const url = await answering(200, list);
		expect(await devicesCommand(["--state", state])).toBe(0);
		expect(printed).toMatch(/^phone\s+demo\s+ready\s+390×844\s+The phone$/m);
		expect(printed).toMatch(/^tv\s+demo\s+failed/m);
		expect(printed).toContain(`  ${url}/devices/phone\n`);
	});

	it("prints JSON that is what the server said", async () => {
		await answering(200, list);
		vi.stubEnv("PORTHOLE_STATE", state);
		expect(await devicesCommand(["--json"])).toBe(0);
		expect(JSON.parse(printed)).toEqual(JSON.parse(list));
	});

	it.each([
		["is something else", 200, "<html>hello</html>"],
		["speaks of no devices", 200, "{}"],
		["says what devices cannot be", 200, '{"devices":[{"id":"../x"}]}'],
	])("fails with words when what answers there %s", async (_, status, body) => {
		const url = await answering(status, body);
		await expect(devicesCommand(["--json", "--state", state])).rejects.toThrow(notRunning(url));
		expect(printed).toBe("");
	});

	it("fails with the code and the words of a server that refuses", async () => {
		const url = await answering(403, '{"error":{"code":"not-allowed","message":"Not you."}}');
		const refusal = { code: "not-allowed", message: `GET ${url}/api/devices was refused: Not you.` };
		await expect(devicesCommand(["--state", state])).rejects.toThrow(expect.objectContaining(refusal));
	});

	it("fails with words when nothing runs, and makes no state of its own", async () => {
		await expect(devicesCommand(["--state", state])).rejects.toThrow(notRunning("npm start"));
		expect(await readdir(state)).toEqual([]);
	});

	it("fails with words when the server that left its address is gone", async () => {
		const url = await answering(200, list);
		await new Promise((resolve) => server?.close(resolve));
		await expect(devicesCommand(["--state", state])).rejects.toThrow(notRunning(url));
	});

	it("helps", async () => {
		expect(await devicesCommand(["-h"])).toBe(0);
		expect(printed).toContain("porthole devices [--json]");
	});
});
