import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RunningServer } from "../../../server/cli/running-server.ts";
import { writeServing } from "../../../server/serving-file.ts";
import { Access } from "../../../signaling/auth/access.ts";
import { GrantBook } from "../../../signaling/auth/grant-book.ts";
import { loadKeys } from "../../../signaling/auth/state-files.ts";
import type { Listener } from "../../../signaling/http/listener.ts";
import { readJson } from "../../../signaling/http/request-body.ts";
import { sendJson } from "../../../signaling/http/responses.ts";
import { serveRoutes } from "../../support/http-server.ts";

let state: string;
let listener: Listener | undefined;

beforeEach(async () => {
	state = await mkdtemp(join(tmpdir(), "porthole-running-"));
});
afterEach(async () => {
	await listener?.close();
	listener = undefined;
	await rm(state, { recursive: true });
});

async function serveEcho(): Promise<RunningServer> {
	const keys = await loadKeys(state);
	listener = await serveRoutes(
		[
			{
				method: "POST",
				path: /^\/api\/echo$/,
				for: "owner",
				handle: async ({ message }, response) => sendJson(response, 201, await readJson(message)),
			},
			{
				method: "DELETE",
				path: /^\/api\/echo$/,
				for: "owner",
				handle: (_request, response) => void response.writeHead(204).end(),
			},
		],
		{ access: new Access(keys, new GrantBook(keys.signingKey)) },
	);
	await writeServing(state, { pid: process.pid, url: `http://127.0.0.1:${listener.port}` });
	return RunningServer.find(state);
}

describe("the server that runs on this machine", () => {
	it("is none when its secrets are gone, and none are made for it", async () => {
		await writeServing(state, { pid: process.pid, url: "http://localhost:1" });
		await expect(RunningServer.find(state)).rejects.toMatchObject({ code: "not-running" });
		expect(await readdir(state)).toEqual(["serving.json"]);
	});

	it("is asked as its owner, with a body, and its answer is read", async () => {
		const server = await serveEcho();
		const schema = v.object({ a: v.number() });
		expect(await server.ask(schema, "/api/echo", { method: "POST", body: { a: 1 } })).toEqual({ a: 1 });
		expect(await server.ask(v.undefined(), "/api/echo", { method: "DELETE" })).toBeUndefined();
	});

	it("hands on why it refuses, and is not believed when it makes no sense", async () => {
		const server = await serveEcho();
		await expect(server.ask(v.unknown(), "/api/nowhere")).rejects.toMatchObject({ code: "not-found" });
		const asked = server.ask(v.object({ b: v.string() }), "/api/echo", { method: "POST", body: { a: 1 } });
		await expect(asked).rejects.toMatchObject({
			code: "not-running",
			message: expect.stringContaining("201"),
		});
	});

	it("is missed in words when there is none", async () => {
		await expect(RunningServer.find(state)).rejects.toMatchObject({ code: "not-running" });
		const server = await serveEcho();
		await listener?.close();
		await expect(server.ask(v.unknown(), "/healthz")).rejects.toMatchObject({ code: "not-running" });
	});
});
