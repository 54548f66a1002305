import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noAudit } from "../../../signaling/audit.ts";
import { ownerRights } from "../../../signaling/auth/rights.ts";
import { deviceRoutes } from "../../../signaling/http/devices.ts";
import type { Listener } from "../../../signaling/http/listener.ts";
import { healthRoute, metricsRoute } from "../../../signaling/http/monitoring.ts";
import { readJson } from "../../../signaling/http/request-body.ts";
import { sendJson } from "../../../signaling/http/responses.ts";
import type { Route } from "../../../signaling/http/router.ts";
import { createMetrics } from "../../../signaling/metrics.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { ask, asOwner, serveRoutes } from "../../support/http-server.ts";
import { describeDevice, keys, SignalingHarness } from "../../support/signaling-harness.ts";

const metrics = createMetrics();
const harness = new SignalingHarness();
const logged: unknown[] = [];

const echo: Route = {
	method: "POST",
	path: /^\/api\/echo\/([a-z]+)$/,
	for: "known",
	async handle({ message, params, rights, address }, response) {
		sendJson(response, 200, { params, rights, address, body: await readJson(message) });
	},
};
const broken: Route = {
	method: "GET",
	path: /^\/api\/broken$/,
	for: "anyone",
	handle() {
		throw new Error("the password is 1234");
	},
};
const brokenLate: Route = {
	method: "GET",
	path: /^\/api\/broken-late$/,
	for: "anyone",
	handle(_request, response) {
		response.writeHead(200);
		response.write("half");
		throw new Error("too late to say so");
	},
};
const asleep: Route = {
	method: "GET",
	path: /^\/api\/asleep$/,
	for: "anyone",
	handle() {
		throw new PortholeError("device-asleep", "The device sleeps.");
	},
};

const foreign: Route = {
	method: "POST",
	path: /^\/foreign$/,
	for: "anyone",
	sendError: (response, error) => void response.writeHead(418).end(`no: ${(error as PortholeError).code}`),
	handle() {
		throw new PortholeError("device-asleep", "The device sleeps.");
	},
};

let listener: Listener;
let written: boolean;
beforeEach(async () => {
	logged.length = 0;
	written = true;
	const routes = [
		healthRoute(() => written),
		metricsRoute(metrics),
		...deviceRoutes(harness.server, noAudit, Date.now),
	];
	listener = await serveRoutes([...routes, echo, broken, brokenLate, asleep, foreign], {
		access: harness.access,
		metrics,
		log: (error) => logged.push(error),
	});
});
afterEach(() => listener.close());

const codeOf = (text: string) => (JSON.parse(text) as { error: { code: string } }).error.code;

describe("the router", () => {
	it("has errors of a route answered in its own protocol's form, whatever they are of", async () => {
		const from = async (method: string, headers: Record<string, string>) => {
			const { status, text } = await ask(listener.port, "/foreign", { method, headers });
			return [status, text];
		};
		expect(await from("POST", {})).toEqual([418, "no: device-asleep"]);
		expect(await from("GET", {})).toEqual([418, "no: wrong-method"]);
		expect(await from("POST", { host: "evil.example" })).toEqual([418, "no: wrong-host"]);
		expect(await from("POST", { origin: "https://evil.example" })).toEqual([418, "no: wrong-origin"]);
	});

	it("tells anyone that it lives, and no more", async () => {
		const { status, text, headers } = await ask(listener.port, "/healthz");
		expect([status, JSON.parse(text)]).toEqual([200, { status: "ok" }]);
		expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
		for (const path of ["/metrics", "/api/devices", "/api/echo/a"]) {
			const method = path.startsWith("/api/echo") ? "POST" : "GET";
			const answer = await ask(listener.port, path, { method });
			expect([answer.status, codeOf(answer.text)]).toEqual([401, "no-token"]);
		}
	});

	it("tells anyone when some of its state is not on the disk, and still serves", async () => {
		written = false;
		const { status, text } = await ask(listener.port, "/healthz");
		expect([status, JSON.parse(text)]).toEqual([200, { status: "degraded" }]);
	});

	it("lets in a bearer and a cookie, and tells a wrong token from none", async () => {
		await harness.host("h1", [describeDevice("phone")]);
		const bearer = await ask(listener.port, "/api/devices", { headers: asOwner });
		expect(JSON.parse(bearer.text)).toMatchObject({ devices: [{ id: "phone" }] });
		const { cookie } = await harness.grant("phone", "view");
		expect((await ask(listener.port, "/api/devices", { headers: { cookie } })).status).toBe(200);
		for (const authorization of ["Bearer guess", `bearer ${keys.hostKey}`]) {
			const wrong = await ask(listener.port, "/api/devices", { headers: { authorization, cookie } });
			expect([wrong.status, codeOf(wrong.text)]).toEqual([401, "wrong-token"]);
		}
		for (const authorization of ["Basic bWU6bWU=", "Bearer ", keys.ownerToken]) {
			const none = await ask(listener.port, "/api/devices", { headers: { authorization } });
			expect([none.status, codeOf(none.text)]).toEqual([401, "no-token"]);
		}
	});

	it("hands a route its parameters, the rights, the address and the body", async () => {
		const { text } = await ask(listener.port, "/api/echo/abc?query=1", {
			method: "POST",
			headers: asOwner,
			body: '{"a":1}',
		});
		expect(JSON.parse(text)).toEqual({
			params: ["abc"],
			rights: [ownerRights],
			address: "127.0.0.1",
			body: { a: 1 },
		});
	});

	it.each([
		["a path under /api that is not there", "GET", "/api/nothing", 404, "not-found"],
		["a path that a route takes only in part", "POST", "/api/echo/abc/more", 404, "not-found"],
		["a method that a route does not take", "DELETE", "/api/echo/abc", 405, "wrong-method"],
		["a method that the page does not take", "POST", "/", 405, "wrong-method"],
		["an error with its own status", "GET", "/api/asleep", 503, "device-asleep"],
	])("answers %s in JSON", async (_, method, path, status, code) => {
		const answer = await ask(listener.port, path, { method, headers: asOwner });
		expect([answer.status, codeOf(answer.text)]).toEqual([status, code]);
		expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
	});

	it("answers HEAD like GET, without a body", async () => {
		const { status, text } = await ask(listener.port, "/healthz", { method: "HEAD" });
		expect([status, text]).toEqual([200, ""]);
	});

	it("turns away a strange host and a strange origin before it looks for a route", async () => {
		const host = await ask(listener.port, "/healthz", { headers: { host: "evil.example" } });
		expect([host.status, codeOf(host.text)]).toEqual([421, "wrong-host"]);
		const origin = await ask(listener.port, "/", { headers: { origin: "http://evil.example" } });
		expect([origin.status, codeOf(origin.text)]).toEqual([403, "wrong-origin"]);
	});

	it("keeps the words of a bug for its log", async () => {
		const { status, text } = await ask(listener.port, "/api/broken");
		expect([status, codeOf(text)]).toEqual([500, "internal"]);
		expect(text).not.toContain("1234");
		expect(logged).toMatchObject([{ message: "the password is 1234" }]);
	});

	it("cuts an answer that breaks half way, and goes on", async () => {
		await expect(ask(listener.port, "/api/broken-late")).rejects.toThrow();
		expect((await ask(listener.port, "/healthz")).status).toBe(200);
	});

	it.each([
		["that is not JSON", "{", 400, "bad-request"],
		["that is empty", "", 400, "bad-request"],
		["that is too long", JSON.stringify("x".repeat(64 * 1024)), 413, "body-too-long"],
		["that is far too long", "x".repeat(4 << 20), 413, "body-too-long"],
	])("answers a body %s", async (_, body, status, code) => {
		const answer = await ask(listener.port, "/api/echo/a", { method: "POST", headers: asOwner, body });
		expect([answer.status, codeOf(answer.text)]).toEqual([status, code]);
	});

	it("counts what it turned away", async () => {
		const before = await refused("wrong-host");
		await ask(listener.port, "/healthz", { headers: { host: "evil.example" } });
		expect(await refused("wrong-host")).toBe(before + 1);
	});

	it("shows a grant no counters, and of the devices only its own", async () => {
		await harness.host("h1", [describeDevice("phone"), describeDevice("tablet")]);
		const { id, cookie } = await harness.grant("tablet", "own");
		const devices = await ask(listener.port, "/api/devices", { headers: { cookie } });
		expect(JSON.parse(devices.text)).toMatchObject({ devices: [{ id: "tablet" }] });
		expect(JSON.parse(devices.text).devices).toHaveLength(1);
		const counters = await ask(listener.port, "/metrics", { headers: { cookie } });
		expect([counters.status, codeOf(counters.text)]).toEqual([403, "not-allowed"]);
		await harness.grants.revoke(id);
		const after = await ask(listener.port, "/api/devices", { headers: { cookie } });
		expect([after.status, codeOf(after.text)]).toEqual([403, "revoked"]);
	});

	it("tells counters in Prometheus' format to whoever has the token", async () => {
		await ask(listener.port, "/", { method: "PUT" });
		const { headers, text } = await ask(listener.port, "/metrics", { headers: asOwner });
		expect(headers["content-type"]).toMatch(/^text\/plain; version=/);
		expect(text).toMatch(/^porthole_requests_refused_total\{reason="wrong-method"\} \d+$/m);
		expect(text).toMatch(/^porthole_viewers 0$/m);
	});
});

async function refused(reason: string): Promise<number> {
	const { values } = await metrics.refusedRequests.get();
	return values.find((value) => value.labels.reason === reason)?.value ?? 0;
}

it("counts a request that is cut off before it is whole, and logs nothing", async () => {
	const aborted = async () => {
		const { values } = await metrics.refusedRequests.get();
		return values.find(({ labels }) => labels.reason === "request-aborted")?.value ?? 0;
	};
	const before = await aborted();
	for (let count = 0; count < 50; count++) {
		const socket = connect(listener.port, "127.0.0.1");
		await once(socket, "connect");
		const head = `POST /api/echo/x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${keys.ownerToken}\r\nContent-Length: 9\r\n\r\n{`;
		socket.write(head, () => socket.destroy());
	}
	await expect.poll(aborted).toBe(before + 50);
	expect(logged).toEqual([]);
});
