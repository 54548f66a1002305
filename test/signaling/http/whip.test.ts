import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AuditEntry } from "../../../signaling/audit.ts";
import type { Listener } from "../../../signaling/http/listener.ts";
import { whipRoutes } from "../../../signaling/http/whip.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { ask, serveRoutes } from "../../support/http-server.ts";
import { keys, SignalingHarness } from "../../support/signaling-harness.ts";

const owner = { authorization: `Bearer ${keys.ownerToken}` };

let harness: SignalingHarness;
let listener: Listener;
let published: string[];
let audited: AuditEntry[];
let end: () => void;

beforeEach(async () => {
	harness = new SignalingHarness();
	published = [];
	audited = [];
	const { access } = harness;
	const routes = whipRoutes({
		access,
		audit: { note: (entry) => audited.push(entry) },
		iceServers: () => [],
		async publish(id, offer) {
			if (published.includes(id)) throw new PortholeError("device-id-taken", "Taken.");
			published.push(id);
			const ended = Promise.withResolvers<void>();
			end = ended.resolve;
			return {
				deviceId: `studio.${id}`,
				answer: `answer to ${offer.length}`,
				end,
				onEnd: (then) => void ended.promise.then(then),
			};
		},
	});
	listener = await serveRoutes(routes, { access });
});
afterEach(() => listener.close());

const post = (headers: Record<string, string>, path = "/whip/cam") =>
	ask(listener.port, path, {
		method: "POST",
		headers: { "content-type": "application/sdp", ...headers },
		body: "v=0\r\n",
	});

describe("publishing", () => {
	it("is for the owner, and written down", async () => {
		const { status, text, headers } = await post(owner);
		expect([status, text]).toEqual([201, "answer to 5"]);
		expect(audited).toMatchObject([{ event: "published", device: "studio.cam" }]);
		expect(
			(await ask(listener.port, headers.location ?? "", { method: "DELETE", headers: owner })).status,
		).toBe(200);
		await expect.poll(() => audited.at(-1)).toMatchObject({ event: "unpublished", device: "studio.cam" });
	});

	it("is for nobody else, whatever their link", async () => {
		expect((await post({})).status).toBe(401);
		expect((await post({ authorization: "Bearer wrong" })).status).toBe(401);
		const { cookie } = await harness.grant("cam", "own");
		expect((await post({ cookie })).status).toBe(403);
		expect(published).toEqual([]);
	});

	it("to an id that is taken is a conflict", async () => {
		await post(owner);
		expect((await post(owner)).status).toBe(409);
	});
});
