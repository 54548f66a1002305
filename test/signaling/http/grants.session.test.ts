import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noAudit } from "../../../signaling/audit.ts";
import { Exchange } from "../../../signaling/auth/exchange.ts";
import type { GrantOrder } from "../../../signaling/auth/grant-book.ts";
import { deviceRoutes } from "../../../signaling/http/devices.ts";
import { sessionRoute } from "../../../signaling/http/grants.ts";
import { Guard } from "../../../signaling/http/guard.ts";
import { Ingress, parsePeers } from "../../../signaling/http/ingress.ts";
import type { Listener } from "../../../signaling/http/listener.ts";
import { type Answer, ask, serveRoutes } from "../../support/http-server.ts";
import {
	cookiesOf,
	describeDevice,
	keys,
	plainScope,
	SignalingHarness,
} from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
let listener: Listener;
beforeEach(async () => {
	harness = new SignalingHarness();
	const { access, grants, clock, server } = harness;
	const now = () => clock.now();
	const exchange = new Exchange({ access, grants, audit: noAudit, clock, wall: clock.wall });
	listener = await serveRoutes([sessionRoute(access, exchange), ...deviceRoutes(server, noAudit, now)], {
		access,
	});
	await harness.host("h1", [describeDevice("phone"), describeDevice("tablet")]);
});
afterEach(() => listener.close());

const exchange = (body: unknown, headers: Record<string, string> = {}) => {
	const text = typeof body === "string" ? body : JSON.stringify(body);
	return ask(listener.port, "/api/session", { method: "POST", body: text, headers });
};
const devicesFor = async (cookie: string) => {
	const { status, text } = await ask(listener.port, "/api/devices", { headers: { cookie } });
	return status === 200
		? (JSON.parse(text) as { devices: { id: string }[] }).devices.map(({ id }) => id)
		: status;
};
const refusalIn = ({ status, text, headers }: Answer) => {
	expect(headers["set-cookie"]).toBeUndefined();
	return [status, (JSON.parse(text) as { error: { code: string } }).error.code];
};
const shared = (more: Partial<GrantOrder> = {}) => harness.grant("phone", "view", more);

describe("exchanging the owner's token for a cookie", () => {
	it("gives a cookie that opens what the token opens", async () => {
		const { status, headers, text } = await exchange({ token: keys.ownerToken });
		expect([status, JSON.parse(text)]).toEqual([200, { role: "own", devices: "all", label: "Owner" }]);
		const [setCookie = ""] = headers["set-cookie"] ?? [];
		expect(setCookie).toMatch(/; HttpOnly; SameSite=Strict$/);
		expect(setCookie).not.toContain(keys.ownerToken);
		expect(await devicesFor(cookiesOf(setCookie))).toEqual(["phone", "tablet"]);
		expect(await devicesFor("")).toBe(401);
	});

	it("gives none for a wrong token, even beside a good cookie", async () => {
		const cookie = cookiesOf(harness.access.ownerCookie(plainScope));
		expect(refusalIn(await exchange({ token: "guess" }, { cookie }))).toEqual([401, "wrong-token"]);
	});

	it.each([
		"null",
		"[]",
		"{}",
		'{"token":""}',
		'{"token":7}',
		`{"token":"${"x".repeat(4097)}"}`,
		'{"token":"x","pin":1234}',
		`{"token":"x","pin":"${"1".repeat(65)}"}`,
	])("refuses the body %.30s", async (body) => {
		expect(refusalIn(await exchange(body))).toEqual([400, "bad-request"]);
	});

	it("refuses a body of a megabyte", async () => {
		expect(refusalIn(await exchange({ token: "x".repeat(1 << 20) }))).toEqual([413, "body-too-long"]);
	});

	it("is not open to another site's page", async () => {
		const answer = await exchange({ token: keys.ownerToken }, { origin: "http://evil.example" });
		expect(refusalIn(answer)).toEqual([403, "wrong-origin"]);
	});
});

describe("exchanging a grant for a cookie", () => {
	it("gives a cookie that opens its device and no other, and says for how long", async () => {
		const { id, token, expires } = await shared({ label: "For Ana" });
		const { status, headers, text } = await exchange({ token });
		expect([status, JSON.parse(text)]).toEqual([
			200,
			{ role: "view", devices: ["phone"], expires, label: "For Ana" },
		]);
		const [setCookie = ""] = headers["set-cookie"] ?? [];
		expect(setCookie).toMatch(new RegExp(`^porthole_grant_${id}=.*; HttpOnly; SameSite=Strict$`));
		expect(setCookie).not.toContain(token);
		expect(await devicesFor(cookiesOf(setCookie))).toEqual(["phone"]);
	});

	it("asks for the PIN first, and takes the same again with it", async () => {
		const { token } = await shared({ pin: "4711" });
		expect(refusalIn(await exchange({ token }))).toEqual([401, "needs-pin"]);
		expect(refusalIn(await exchange({ token, pin: "0000" }))).toEqual([401, "wrong-pin"]);
		expect(refusalIn(await exchange({ token, pin: "" }))).toEqual([401, "wrong-pin"]);
		const { status, headers } = await exchange({ token, pin: "4711" });
		expect(status).toBe(200);
		expect(await devicesFor(cookiesOf(headers["set-cookie"]))).toEqual(["phone"]);
	});

	it("refuses every PIN after ten wrong ones", async () => {
		const { token } = await shared({ pin: "4711" });
		for (let wrong = 0; wrong < 10; wrong++) await exchange({ token, pin: "0000" });
		expect(refusalIn(await exchange({ token, pin: "4711" }))).toEqual([429, "too-many-tries"]);
		harness.clock.advance(60_000);
		expect(refusalIn(await exchange({ token, pin: "4711" }))).toEqual([429, "too-many-tries"]);
	});

	it("spends one use for each browser", async () => {
		const { token } = await shared({ uses: 1 });
		const cookie = cookiesOf((await exchange({ token })).headers["set-cookie"]);
		expect((await exchange({ token }, { cookie })).status).toBe(200);
		expect(refusalIn(await exchange({ token }))).toEqual([403, "used-up"]);
		expect(await devicesFor(cookie)).toEqual(["phone"]);
	});

	it("refuses one that was revoked, and the cookie that it gave before", async () => {
		const { id, token } = await shared();
		const cookie = cookiesOf((await exchange({ token })).headers["set-cookie"]);
		await harness.grants.revoke(id);
		expect(refusalIn(await exchange({ token }, { cookie }))).toEqual([403, "revoked"]);
		expect(await devicesFor(cookie)).toBe(403);
	});

	it("refuses one that has expired, and the cookie that it gave before", async () => {
		const { token, expires } = await shared();
		const cookie = cookiesOf((await exchange({ token })).headers["set-cookie"]);
		harness.clock.advance(expires - harness.clock.now());
		expect(refusalIn(await exchange({ token }))).toEqual([403, "expired"]);
		expect(await devicesFor(cookie)).toBe(403);
	});

	it("keeps what other grants of the same browser give", async () => {
		const [one, two] = [await shared(), await shared({ deviceId: "tablet" })];
		const first = cookiesOf((await exchange({ token: one.token })).headers["set-cookie"]);
		const second = cookiesOf((await exchange({ token: two.token }, { cookie: first })).headers["set-cookie"]);
		expect(await devicesFor(`${first}; ${second}`)).toEqual(["phone", "tablet"]);
	});

	it("refuses a token in place of a bearer or a cookie", async () => {
		const { id, token } = await shared();
		const bearer = await ask(listener.port, "/api/devices", {
			headers: { authorization: `Bearer ${token}` },
		});
		expect(refusalIn(bearer)).toEqual([401, "wrong-token"]);
		expect(await devicesFor(`porthole_grant_${id}=${token}`)).toBe(401);
		expect(await devicesFor(`porthole_session=${token}`)).toBe(401);
	});
});

describe("behind a proxy", () => {
	/** The server as `--name` and `--trust-proxy` make it, and perhaps `--embed-from`. */
	async function behindProxy(embeddable = false): Promise<void> {
		const { access, grants, clock } = harness;
		const ingress = new Ingress({
			sites: [{ origin: "https://example.org", base: "/porthole" }],
			proxies: parsePeers("loopback"),
		});
		const deps = { access, grants, audit: noAudit, clock, wall: clock.wall };
		await listener.close();
		listener = await serveRoutes([sessionRoute(access, new Exchange(deps), embeddable)], {
			access,
			guard: new Guard({ lan: false, names: ["example.org"], ingress }),
		});
	}

	const cookieAt = async (host: string, token: string): Promise<string> =>
		(await exchange({ token }, { host })).headers["set-cookie"]?.[0] ?? "";

	it("cookies are for HTTPS and for the base path; straight to the server they are not", async () => {
		await behindProxy();
		const proxied = await cookieAt("example.org", keys.ownerToken);
		expect(proxied).toMatch(/; Path=\/porthole\/; .*SameSite=Strict; Secure$/);
		expect(await cookieAt("localhost", keys.ownerToken)).toMatch(/; Path=\/; .*SameSite=Strict$/);
	});

	it("cookies count in frames of other sites where that is wanted, and over HTTPS alone", async () => {
		await behindProxy(true);
		const { token } = await shared();
		const framed = await cookieAt("example.org", token);
		expect(framed).toMatch(/; Path=\/porthole\/; .*; SameSite=None; Secure; Partitioned$/);
		expect(await cookieAt("localhost", token)).toMatch(/; SameSite=Strict$/);
	});

	it("whoever guesses PINs is held up alone, by the address that the proxy tells", async () => {
		await behindProxy();
		const [one, two, three] = await Promise.all([1, 2, 3].map(() => shared({ pin: "4711" })));
		const guess = (client: string, link = three, pin = "0000") =>
			exchange({ token: link?.token, pin }, { host: "example.org", "x-forwarded-for": client });
		for (let tries = 0; tries < 9; tries++) {
			await guess("192.0.2.66", one);
			await guess("6.6.6.6, 192.0.2.66", two);
		}
		for (let tries = 0; tries < 2; tries++) await guess("7.7.7.7, 192.0.2.66");
		const lockedOut = await guess("8.8.8.8, 192.0.2.66", three, "4711");
		expect(refusalIn(lockedOut)).toEqual([429, "too-many-tries"]);
		expect((await guess("192.0.2.7", three, "4711")).status).toBe(200);
	});
});
