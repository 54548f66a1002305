import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Access } from "../../../signaling/grants/access.ts";
import { devicesRoute } from "../../../signaling/http/devices.ts";
import type { Listener } from "../../../signaling/http/listener.ts";
import { sessionRoute } from "../../../signaling/http/session.ts";
import { ask, serveRoutes } from "../../support/http-server.ts";
import { keys, SignalingHarness } from "../../support/signaling-harness.ts";

const access = new Access(keys);
let listener: Listener;
beforeAll(async () => {
	const { server } = new SignalingHarness();
	listener = await serveRoutes([sessionRoute(access), devicesRoute(server)], { access });
});
afterAll(() => listener.close());

const exchange = (body: string, headers = {}) =>
	ask(listener.port, "/api/session", { method: "POST", body, headers });

describe("exchanging a token for a cookie", () => {
	it("gives a cookie that opens what the token opens", async () => {
		const { status, headers, text } = await exchange(JSON.stringify({ token: keys.ownerToken }));
		expect([status, JSON.parse(text)]).toEqual([200, { role: "own" }]);
		const [setCookie = ""] = headers["set-cookie"] ?? [];
		expect(setCookie).toMatch(/; HttpOnly; SameSite=Strict$/);
		expect(setCookie).not.toContain(keys.ownerToken);
		const cookie = setCookie.split(";")[0] ?? "";
		expect((await ask(listener.port, "/api/devices", { headers: { cookie } })).status).toBe(200);
		expect((await ask(listener.port, "/api/devices")).status).toBe(401);
	});

	it("gives none for a wrong token, even beside a good cookie", async () => {
		const cookie = access.cookieFor("own", false).split(";")[0];
		const { status, headers } = await exchange('{"token":"guess"}', { cookie });
		expect(status).toBe(401);
		expect(headers["set-cookie"]).toBeUndefined();
	});

	it.each(["null", "[]", "{}", '{"token":""}', '{"token":7}', `{"token":"${"x".repeat(4097)}"}`])(
		"refuses the body %.20s",
		async (body) => {
			const { status, headers } = await exchange(body);
			expect(status).toBe(400);
			expect(headers["set-cookie"]).toBeUndefined();
		},
	);

	it("is not open to another site's page", async () => {
		const body = JSON.stringify({ token: keys.ownerToken });
		const { status, headers } = await exchange(body, { origin: "http://evil.example" });
		expect(status).toBe(403);
		expect(headers["set-cookie"]).toBeUndefined();
	});
});
