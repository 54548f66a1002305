import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOST_KEY_BOOK, type HostKeyRecord, HostKeys } from "../../../signaling/auth/host-keys.ts";
import { hostKeyRoutes } from "../../../signaling/http/host-keys.ts";
import type { Listener } from "../../../signaling/http/listener.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { SavedRows } from "../../fakes/saved-rows.ts";
import { ask, asOwner, serveRoutes } from "../../support/http-server.ts";

let saved: SavedRows<readonly HostKeyRecord[]>;
let hostKeys: HostKeys;
let dismissed: string[];
let online: Set<string>;
let listener: Listener;

beforeEach(async () => {
	dismissed = [];
	online = new Set();
	saved = new SavedRows<readonly HostKeyRecord[]>([[HOST_KEY_BOOK, []]]);
	hostKeys = new HostKeys({ table: saved.open(), signingKey: "k", now: () => 7 });
	const signaling = {
		hostIsHere: (id: string) => online.has(id),
		dismissHost: (id: string) => void dismissed.push(id),
	};
	listener = await serveRoutes(hostKeyRoutes(hostKeys, signaling));
});
afterEach(() => listener.close());

const request = (method: string, path = "", body?: string, headers: Record<string, string> = asOwner) =>
	ask(listener.port, `/api/host-keys${path}`, { method, headers, ...(body !== undefined && { body }) });
const codeOf = (text: string) => JSON.parse(text).error.code;

describe("host keys over HTTP", () => {
	it("are made with a label, listed without the key, and good", async () => {
		const made = await request("POST", "", '{"label":" attic "}');
		expect(made.status).toBe(201);
		const { id, key } = JSON.parse(made.text);
		expect(hostKeys.admit({ key, hostId: "h1", name: "Attic" }).id).toBe(id);
		online.add(id);
		const { status, text } = await request("GET");
		expect([status, JSON.parse(text)]).toEqual([
			200,
			{
				hostKeys: [
					{ id, label: "attic", created: 7, online: true, host: { name: "Attic", prefix: "attic." } },
				],
			},
		]);
		expect(text).not.toContain(key.split(".")[1]);
	});

	it("are revoked, and their host is sent away", async () => {
		const { id } = await hostKeys.issue("");
		expect((await request("DELETE", `/${id}`)).status).toBe(204);
		expect(dismissed).toEqual([id]);
		expect(hostKeys.list()).toEqual([]);
		const again = await request("DELETE", `/${id}`);
		expect([again.status, codeOf(again.text)]).toEqual([404, "no-such-host-key"]);
	});

	it("are revoked while the disk is full, which is said, and none is made then", async () => {
		const { id, key } = await hostKeys.issue("");
		saved.save = async () => {
			throw new PortholeError("state-not-writable", "host-keys.json could not be written: ENOSPC.");
		};
		const revoked = await request("DELETE", `/${id}`);
		expect([revoked.status, codeOf(revoked.text)]).toEqual([507, "not-kept"]);
		expect(revoked.text).toMatch(/is revoked, .*a restart .* back.* ENOSPC/);
		expect(dismissed).toEqual([id]);
		expect(() => hostKeys.admit({ key, hostId: "h1", name: "Attic" })).toThrow("revoked");
		const made = await request("POST", "", "{}");
		expect([made.status, codeOf(made.text)]).toEqual([507, "state-not-writable"]);
		expect(hostKeys.list()).toEqual([]);
	});

	it.each(["", "null", '{"label":5}', `{"label":"${"x".repeat(81)}"}`, '{"label":"a\\u0007b"}'])(
		"are not made of nonsense: %s",
		async (body) => {
			const { status, text } = await request("POST", "", body);
			expect([status, codeOf(text)]).toEqual([400, "bad-request"]);
			expect(hostKeys.list()).toEqual([]);
		},
	);

	it("are nobody's but the owner's", async () => {
		const { id } = await hostKeys.issue("");
		for (const [method, path] of [
			["GET", ""],
			["POST", ""],
			["DELETE", `/${id}`],
		] as const) {
			expect((await request(method, path, undefined, {})).status).toBe(401);
		}
		expect(hostKeys.list()).toHaveLength(1);
	});
});
