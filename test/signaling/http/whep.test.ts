import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noAudit } from "../../../signaling/audit.ts";
import { BearerRights } from "../../../signaling/auth/bearer-rights.ts";
import { Exchange } from "../../../signaling/auth/exchange.ts";
import type { Listener } from "../../../signaling/http/listener.ts";
import { whepRoutes } from "../../../signaling/http/whep.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { PlayRequest } from "../../../signaling/rooms/headless-viewers.ts";
import { ask, serveRoutes } from "../../support/http-server.ts";
import { keys, SignalingHarness } from "../../support/signaling-harness.ts";

const OFFER = "v=0\r\na=ice-ufrag:EsAw\r\n";

let harness: SignalingHarness;
let listener: Listener;
let played: PlayRequest[];
let left: number;
let failure: PortholeError | undefined;

beforeEach(async () => {
	harness = new SignalingHarness();
	played = [];
	left = 0;
	failure = undefined;
	const { access, grants, clock } = harness;
	const now = () => clock.now();
	const exchange = new Exchange({ access, grants, audit: noAudit, clock, wall: clock.wall });
	const routes = whepRoutes({
		rights: new BearerRights({ access, grants, exchange, wall: clock.wall }),
		iceServers: () => [],
		now,
		async play(request) {
			if (failure) throw failure;
			played.push(request);
			return { viewerId: "v", answer: "v=0", onEnd() {}, leave: () => left++ };
		},
	});
	listener = await serveRoutes(routes, { access });
});
afterEach(() => listener.close());

async function post(headers: Record<string, string>, path = "/whep/phone") {
	const all = { "content-type": "application/sdp", ...headers };
	const answer = await ask(listener.port, path, { method: "POST", headers: all, body: OFFER });
	const code =
		answer.status === 201 ? "" : (JSON.parse(answer.text) as { error: { code: string } }).error.code;
	return { ...answer, code };
}

async function link(more: object = {}) {
	const grant = await harness.grant("phone", "control", more);
	return { grant, bearer: { authorization: `Bearer ${grant.token}` } };
}

const owner = { authorization: `Bearer ${keys.ownerToken}` };

describe("a player's right", () => {
	it("is the owner's token, or a browser's cookie on our own pages", async () => {
		expect((await post(owner)).status).toBe(201);
		const { cookie } = await harness.grant("phone", "view");
		const origin = `http://127.0.0.1:${listener.port}`;
		expect((await post({ cookie, origin })).status).toBe(201);
		expect(played.map(({ rights }) => rights.role)).toEqual(["own", "view"]);
	});

	it("is no cookie where another site's script asks", async () => {
		const { cookie } = await harness.grant("phone", "view");
		expect(await post({ cookie, origin: "https://elsewhere.example" })).toMatchObject({
			status: 401,
			code: "no-token",
		});
	});

	it("is a link's own token, which spends a use", async () => {
		const { grant, bearer } = await link({ uses: 2 });
		expect((await post(bearer)).status).toBe(201);
		expect((await post(bearer)).status).toBe(201);
		expect(harness.grants.get(grant.id)?.used).toBe(2);
		expect(await post(bearer)).toMatchObject({ status: 403, code: "used-up" });
		expect(played).toHaveLength(2);
	});

	it("spends nothing for an offer that is of no use", async () => {
		const { grant, bearer } = await link({ uses: 1 });
		failure = new PortholeError("no-h264", "No H.264.");
		expect(await post(bearer)).toMatchObject({ status: 422, code: "no-h264" });
		expect(harness.grants.get(grant.id)?.used).toBe(0);
	});

	it("lets one in of two that come for the last use at once", async () => {
		const { bearer } = await link({ uses: 1 });
		const both = await Promise.all([post(bearer), post(bearer)]);
		expect(both.map(({ status }) => status).sort()).toEqual([201, 403]);
		expect(left).toBe(played.length - 1);
	});

	it.each([
		["a PIN", 401, "needs-pin", { pin: "1234" }],
		["an end that is over", 403, "expired", { expires: 1_001 }],
	])("is none with %s", async (_words, status, code, more) => {
		const { bearer } = await link(more);
		harness.clock.advance(10);
		expect(await post(bearer)).toMatchObject({ status, code });
		expect(played).toEqual([]);
	});

	it("is none when it was revoked, is for another device, or is made up", async () => {
		const { grant, bearer } = await link();
		expect(await post(bearer, "/whep/tablet")).toMatchObject({ status: 403, code: "wrong-device" });
		await harness.grants.revoke(grant.id);
		expect(await post(bearer)).toMatchObject({ status: 403, code: "revoked" });
		expect(await post({ authorization: "Bearer nonsense" })).toMatchObject({
			status: 401,
			code: "wrong-token",
		});
		expect(await post({})).toMatchObject({ status: 401, code: "no-token" });
	});

	it("ends its session with the same token, also when it is used up, and with no other", async () => {
		const { bearer } = await link({ uses: 1 });
		const { headers } = await post(bearer);
		const remove = (given: Record<string, string>) =>
			ask(listener.port, headers.location ?? "", { method: "DELETE", headers: given });
		expect((await remove({})).status).toBe(401);
		expect((await remove((await link()).bearer)).status).toBe(404);
		expect((await remove(bearer)).status).toBe(200);
		expect(left).toBe(1);
	});

	it("starts 60 players a minute from one place", async () => {
		for (let i = 0; i < 60; i++) expect((await post(owner)).status).toBe(201);
		expect(await post(owner)).toMatchObject({ status: 429, code: "too-many-tries" });
	});
});
