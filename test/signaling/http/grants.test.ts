import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Grant } from "../../../signaling/auth/grant.ts";
import { grantRoutes } from "../../../signaling/http/grants.ts";
import type { Listener } from "../../../signaling/http/listener.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { type GrantInfo, type GrantMade, grantListSchema } from "../../../signaling/protocol/grant.ts";
import { parseMessage } from "../../../signaling/protocol/parse.ts";
import { SavedRows } from "../../fakes/saved-rows.ts";
import { type Answer, ask, asOwner, serveRoutes } from "../../support/http-server.ts";
import { describeDevice, SignalingHarness } from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
let listener: Listener;
let saved: SavedRows<Grant>;
beforeEach(async () => {
	saved = new SavedRows();
	harness = new SignalingHarness(undefined, undefined, saved.open());
	const { access, grants, server, clock, audited } = harness;
	const routes = grantRoutes({
		grants,
		hasDevice: (id) => server.device(id) !== undefined,
		audit: { note: (entry) => audited.push(entry) },
		now: clock.wall,
	});
	listener = await serveRoutes(routes, { access });
	await harness.host("h1", [describeDevice("phone"), describeDevice("tablet")]);
	audited.length = 0;
});
afterEach(() => listener.close());

type Headers = Record<string, string>;
const share = (body: unknown, { device = "phone", headers = asOwner as Headers } = {}) =>
	ask(listener.port, `/api/devices/${device}/grants`, {
		method: "POST",
		headers,
		body: typeof body === "string" ? body : JSON.stringify(body),
	});
const revoke = (id: string, headers: Headers = asOwner) =>
	ask(listener.port, `/api/grants/${id}`, { method: "DELETE", headers });
const madeBy = ({ status, text }: Answer): GrantMade => {
	expect([status, text]).toEqual([201, text]);
	return JSON.parse(text);
};
const tokenIn = (url: string) => url.split("#grant=")[1] ?? "";
const listed = async (path: string, headers: Headers = asOwner): Promise<GrantInfo[]> =>
	parseMessage(grantListSchema, (await ask(listener.port, path, { headers })).text).grants;
const refusalIn = ({ status, text }: Answer) => [
	status,
	(JSON.parse(text) as { error: { code: string } }).error.code,
];

describe("making a grant", () => {
	it("answers a link to the device that carries the grant in its fragment", async () => {
		const { id, url, pin, expires } = madeBy(await share({ role: "control", expiresIn: 60, label: "Ana" }));
		const [page, token = ""] = url.split("#grant=");
		expect([page, pin]).toEqual([`http://127.0.0.1:${listener.port}/devices/phone`, undefined]);
		expect(token).toMatch(/^[\w-]{22}$/);
		expect(harness.grants.byToken(token)).toMatchObject({ id, deviceId: "phone", role: "control" });
		expect(expires).toBe(harness.clock.now() + 60_000);
		expect(harness.grants.get(id)).toMatchObject({ role: "control", label: "Ana", madeBy: "owner", expires });
	});

	it("lasts a day when nothing is said", async () => {
		expect(madeBy(await share({ role: "view" })).expires).toBe(harness.clock.now() + 24 * 3_600_000);
	});

	it("makes a PIN, or takes one", async () => {
		const { url, pin = "" } = madeBy(await share({ role: "view", pin: true }));
		expect(pin).toMatch(/^\d{6}$/);
		await harness.grants.redeem(tokenIn(url), pin);
		const chosen = madeBy(await share({ role: "view", pin: "471100" }));
		expect(chosen.pin).toBe("471100");
		await harness.grants.redeem(tokenIn(chosen.url), "471100");
	});

	it("takes control characters out of a label, and leaves markup to whoever shows it", async () => {
		madeBy(await share({ role: "view", label: " <b>A\u0000n\u001b[31ma\u202e</b>\r\n " }));
		expect((await listed("/api/grants"))[0]?.label).toBe("<b>An[31ma</b>");
	});

	it.each([
		["nothing", ""],
		["no object", "[]"],
		["no role", {}],
		["a role that is none", { role: "god" }],
		["no time", { role: "view", expiresIn: 0 }],
		["time that is over", { role: "view", expiresIn: -5 }],
		["more than a year", { role: "view", expiresIn: 366 * 24 * 3600 }],
		["half a second", { role: "view", expiresIn: 0.5 }],
		["a short PIN", { role: "view", pin: "123" }],
		["a long PIN", { role: "view", pin: "1234567890123" }],
		["a PIN of other digits", { role: "view", pin: "١٢٣٤" }],
		["a PIN that is no", { role: "view", pin: false }],
		["no uses", { role: "view", uses: 0 }],
		["a long label", { role: "view", label: "x".repeat(61) }],
		["a very long label", { role: "view", label: "x".repeat(5_000) }],
		["what it does not know", { role: "view", expires: 60 }],
		["a prototype", '{"role":"view","__proto__":{"a":1}}'],
	])("refuses %s", async (_, body) => {
		expect(refusalIn(await share(body))).toEqual([400, "bad-request"]);
		expect(harness.grants.live()).toEqual([]);
	});

	it("refuses a body of a megabyte", async () => {
		const body = { role: "view", label: "x".repeat(1 << 20) };
		expect(refusalIn(await share(body))).toEqual([413, "body-too-long"]);
	});

	it("refuses a device that is not there", async () => {
		expect(refusalIn(await share({ role: "view" }, { device: "nowhere" }))).toEqual([404, "no-such-device"]);
	});

	it("is for owners only", async () => {
		expect(refusalIn(await share({ role: "view" }, { headers: {} }))).toEqual([401, "no-token"]);
		for (const role of ["view", "control"] as const) {
			const { cookie } = await harness.grant("phone", role);
			expect(refusalIn(await share({ role: "view" }, { headers: { cookie } }))).toEqual([403, "not-allowed"]);
			const list = await ask(listener.port, "/api/devices/phone/grants", { headers: { cookie } });
			expect(refusalIn(list)).toEqual([403, "not-allowed"]);
			expect(await listed("/api/grants", { cookie })).toEqual([]);
		}
	});
});

describe("somebody who was made owner of one device", () => {
	it("shares that device, for no longer than they may stay, and no other", async () => {
		const { id, cookie, expires } = await harness.grant("phone", "own");
		const headers = { cookie };
		const made = madeBy(await share({ role: "own", expiresIn: 24 * 3600 }, { headers }));
		expect(made.expires).toBe(expires);
		expect(harness.grants.get(made.id)?.madeBy).toBe(id);
		const other = await share({ role: "view" }, { device: "tablet", headers });
		expect(refusalIn(other)).toEqual([403, "wrong-device"]);
		const missing = await share({ role: "view" }, { device: "nowhere", headers });
		expect(refusalIn(missing)).toEqual([403, "wrong-device"]);
	});

	it("sees and revokes the links of that device only", async () => {
		const mine = await harness.grant("phone", "own");
		const other = await harness.grant("tablet", "view");
		const headers = { cookie: mine.cookie };
		expect((await listed("/api/grants", headers)).map(({ id }) => id)).toEqual([mine.id]);
		expect(refusalIn(await revoke(other.id, headers))).toEqual([404, "no-such-grant"]);
		expect((await revoke(mine.id, headers)).status).toBe(204);
		expect(refusalIn(await revoke(mine.id, headers))).toEqual([403, "revoked"]);
	});
});

describe("listing grants", () => {
	it("tells who came by them and what is left, and never the token or the PIN", async () => {
		const { id, token } = await harness.grant("phone", "view", { uses: 2, pin: "471147", label: "Ana" });
		await harness.grants.redeem(token, "471147");
		harness.grants.noteVisit(id, { name: "Ana", address: "192.0.2.7" });
		await harness.grant("tablet", "control");
		expect(await listed("/api/devices/phone/grants")).toEqual([
			{
				id,
				deviceId: "phone",
				role: "view",
				label: "Ana",
				created: 1_000,
				expires: 3_601_000,
				pin: true,
				uses: 2,
				used: 1,
				state: "open",
				visits: [{ at: 1_000, name: "Ana", address: "192.0.2.7" }],
			},
		]);
		const all = await ask(listener.port, "/api/grants", { headers: asOwner });
		expect(all.text).not.toMatch(new RegExp(`471147|${token}`));
		expect(await listed("/api/grants")).toHaveLength(2);
	});

	it("tells that one is used up or closed, and forgets those that have ended", async () => {
		const used = await harness.grant("phone", "view", { uses: 1 });
		await harness.grants.redeem(used.token);
		const closed = await harness.grant("phone", "view", { pin: "4711" });
		for (let wrong = 0; wrong < 10; wrong++)
			await harness.grants.redeem(closed.token, "0000").catch(() => {});
		await harness.grant("phone", "view", { expires: 2_000 });
		const revoked = await harness.grant("phone", "view");
		await revoke(revoked.id);
		harness.clock.advance(1_000);
		const states = (await listed("/api/grants")).map(({ id, state }) => [id, state]);
		expect(states).toEqual([
			[used.id, "used-up"],
			[closed.id, "closed"],
		]);
	});
});

describe("revoking a grant", () => {
	it("ends it, and answers that there is no such one the second time", async () => {
		const { id, cookie } = await harness.grant("phone", "view");
		expect((await revoke(id)).status).toBe(204);
		expect(harness.access.rightsOf({ cookie })).toEqual([]);
		expect(refusalIn(await revoke(id))).toEqual([404, "no-such-grant"]);
	});

	it("is for owners only", async () => {
		const { id } = await harness.grant("phone", "own");
		const { cookie } = await harness.grant("phone", "control");
		expect(refusalIn(await revoke(id, { cookie }))).toEqual([404, "no-such-grant"]);
		expect(refusalIn(await revoke(id, {}))).toEqual([401, "no-token"]);
		expect(refusalIn(await revoke("owner"))).toEqual([404, "no-such-grant"]);
	});
});

describe("revoking a grant while the disk is full", () => {
	it("ends it and is noted, and says that this is not on the disk yet", async () => {
		const { id, cookie } = await harness.grant("phone", "own");
		const guest = await harness.grant("phone", "view", { madeBy: id });
		saved.save = async () => {
			throw new PortholeError("state-not-writable", "grants.json could not be written: ENOSPC.");
		};
		const answer = await revoke(id);
		expect(refusalIn(answer)).toEqual([507, "not-kept"]);
		expect(answer.text).toMatch(/is revoked, .*a restart .* back.* ENOSPC/);
		expect(harness.access.rightsOf({ cookie })).toEqual([]);
		expect(harness.audited.map(({ event, grantId }) => [event, grantId])).toEqual([
			["revoked", id],
			["revoked", guest.id],
		]);
	});
});

it("notes who shared and who revoked, without secrets", async () => {
	const { id } = madeBy(await share({ role: "control", pin: "471147" }));
	await revoke(id);
	const entry = { device: "phone", grantId: id, address: "127.0.0.1" };
	expect(harness.audited).toEqual([
		{ event: "shared", ...entry, detail: "control by owner" },
		{ event: "revoked", ...entry, detail: "by owner" },
	]);
});
