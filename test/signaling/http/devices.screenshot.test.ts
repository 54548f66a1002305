import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noAudit } from "../../../signaling/audit.ts";
import { Access } from "../../../signaling/auth/access.ts";
import { GrantBook } from "../../../signaling/auth/grant-book.ts";
import { deviceRoutes } from "../../../signaling/http/devices.ts";
import type { Listener } from "../../../signaling/http/listener.ts";
import type { DevicePolicy } from "../../../signaling/protocol/device.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { ask, asOwner, serveRoutes } from "../../support/http-server.ts";
import { cookiesOf, describeDevice, keys, plainScope } from "../../support/signaling-harness.ts";

let now: number;
let asked: string[];
let make: (id: string) => Promise<Uint8Array>;
let listener: Listener;

const frame = (id: string) => Buffer.from(`picture of ${id}`);

const routes = (askFirst: DevicePolicy["askFirst"] = "never") =>
	deviceRoutes(
		{
			devices: () => [],
			device: (id) => describeDevice(id, { policy: { askFirst, touchTakes: true } }),
			request(id) {
				asked.push(id);
				return make(id);
			},
		},
		noAudit,
		() => now,
	);

beforeEach(async () => {
	now = 0;
	asked = [];
	make = async (id) => frame(id);
	listener = await serveRoutes(routes());
});
afterEach(() => listener.close());

const get = (id: string, headers: Record<string, string> = asOwner) =>
	ask(listener.port, `/api/devices/${id}/still`, { headers });

describe("a device's screenshot", () => {
	it("is a JPEG that nobody keeps", async () => {
		const { status, headers, text } = await get("phone");
		expect([status, text]).toEqual([200, "picture of phone"]);
		expect(headers).toMatchObject({
			"content-type": "image/jpeg",
			"content-length": "16",
			"cache-control": "no-store",
		});
	});

	it("is not shown to strangers", async () => {
		expect((await get("phone", {})).status).toBe(401);
		expect(asked).toEqual([]);
	});

	it("is shown to a guest of that device, and of no other", async () => {
		const grants = new GrantBook(keys.signingKey);
		const access = new Access(keys, grants);
		const guarded = await serveRoutes(routes(), { access });
		const order = { role: "view", label: "", madeBy: "owner", expires: Date.now() + 60_000 } as const;
		const { grant } = await grants.create({ ...order, deviceId: "phone" });
		const cookie = cookiesOf(access.grantCookies(grant, undefined, plainScope));
		const statusOf = async (id: string) =>
			(await ask(guarded.port, `/api/devices/${id}/still`, { headers: { cookie } })).status;
		expect([await statusOf("phone"), await statusOf("tablet")]).toEqual([200, 403]);
		await guarded.close();
	});

	it("is not shown to guests where an owner lets people in first", async () => {
		const grants = new GrantBook(keys.signingKey);
		const access = new Access(keys, grants);
		const guarded = await serveRoutes(routes("always"), { access });
		const order = { role: "control", label: "", madeBy: "owner", expires: Date.now() + 60_000 } as const;
		const { grant } = await grants.create({ ...order, deviceId: "phone" });
		const cookie = cookiesOf(access.grantCookies(grant, undefined, plainScope));
		const path = "/api/devices/phone/still";
		expect((await ask(guarded.port, path, { headers: { cookie } })).status).toBe(403);
		expect((await ask(guarded.port, path, { headers: asOwner })).status).toBe(200);
		await guarded.close();
	});

	it("is made once a second, however many ask, also while it is being made", async () => {
		let finish = (_screenshot: Uint8Array) => {};
		make = () => new Promise((resolve) => (finish = resolve));
		const both = [get("phone"), get("phone")];
		await expect.poll(() => asked.length).toBe(1);
		finish(frame("phone"));
		for (const answer of await Promise.all(both)) expect(answer.status).toBe(200);
		now = 999;
		await get("phone");
		expect(asked).toEqual(["phone"]);
		now = 1000;
		make = async (id) => frame(id);
		await get("phone");
		expect(asked).toEqual(["phone", "phone"]);
	});

	it("is tried again at once after it failed", async () => {
		make = async () => {
			throw new PortholeError("device-asleep", "The device sleeps.");
		};
		expect((await get("phone")).status).toBe(503);
		make = async (id) => frame(id);
		expect((await get("phone")).status).toBe(200);
	});

	it("is answered 404 for a device that is not there", async () => {
		make = async (id) => {
			throw new PortholeError("no-such-device", `There is no device ${id}.`);
		};
		expect((await get("nowhere")).status).toBe(404);
		expect((await get("Not-An-Id")).status).toBe(404);
		expect(asked).toEqual(["nowhere"]);
	});

	it("is kept for 64 devices, the latest asked for", async () => {
		for (let index = 0; index < 65; index++) await get(`d${index}`);
		asked.length = 0;
		await get("d64");
		await get("d1");
		expect(asked).toEqual([]);
		await get("d0");
		expect(asked).toEqual(["d0"]);
	});
});
