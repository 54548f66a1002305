import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noAudit } from "../../../signaling/audit.ts";
import { type Devices, deviceRoutes } from "../../../signaling/http/devices.ts";
import type { Listener } from "../../../signaling/http/listener.ts";
import type { DeviceBezel } from "../../../signaling/protocol/device.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { ask, asOwner, serveRoutes } from "../../support/http-server.ts";
import { describeDevice, SignalingHarness } from "../../support/signaling-harness.ts";

const box = { x: 0, y: 0, width: 4, height: 50 };
const button = { box, hover: { x: -1, y: 0 }, above: false };
const bezel: DeviceBezel = {
	width: 400,
	height: 860,
	screen: { x: 5, y: 8, width: 390, height: 844 },
	radius: 40,
	version: "v1",
	buttons: [
		{ ...button, id: "lock", pressed: true },
		{ ...button, id: "ring", pressed: false },
	],
};

let harness: SignalingHarness;
let listener: Listener;
let asked: string[];
let present: DeviceBezel | undefined;
let askFirst: "never" | "always";
let give: (name: string) => Uint8Array;

beforeEach(async () => {
	harness = new SignalingHarness();
	asked = [];
	present = bezel;
	askFirst = "never";
	give = (name) => Buffer.from(`picture ${name}`);
	const devices: Devices = {
		devices: () => [],
		device: (id) =>
			id === "phone"
				? {
						...describeDevice("phone", { policy: { askFirst, touchTakes: true } }),
						...(present && { bezel: present }),
					}
				: undefined,
		async request(id, request) {
			if (request.what !== "bezel") throw new Error(`${request.what} was asked for`);
			asked.push(`${id} ${request.name}`);
			return give(request.name);
		},
	};
	listener = await serveRoutes(deviceRoutes(devices, noAudit, Date.now), { access: harness.access });
});
afterEach(() => listener.close());

const get = (name: string, headers: Record<string, string> = asOwner, id = "phone") =>
	ask(listener.port, `/api/devices/${id}/frame/${name}`, { headers });
const codeOf = ({ text }: { text: string }) => JSON.parse(text).error.code;

describe("a picture of a device's frame", () => {
	it("is a PNG that browsers keep for a day by its version, and never by another", async () => {
		const { status, headers, text } = await get("bare.png?v=v1");
		expect([status, text]).toEqual([200, "picture bare"]);
		expect(headers).toMatchObject({
			"content-type": "image/png",
			"content-length": "12",
			"cache-control": "private, max-age=86400",
		});
		for (const query of ["", "?v=v0", "?v="]) {
			expect((await get(`bare.png${query}`)).headers["cache-control"]).toBe("no-store");
		}
	});

	it("is asked for once a version", async () => {
		await get("bare.png?v=v1");
		await get("bare.png?v=v1");
		expect(asked).toEqual(["phone bare"]);
		present = { ...bezel, version: "v2" };
		await get("bare.png?v=v2");
		expect(asked).toHaveLength(2);
	});

	it("is kept among others up to 8 MiB in all", async () => {
		give = () => Buffer.alloc(512 * 1024);
		for (let version = 0; version < 17; version++) {
			present = { ...bezel, version: `v${version}` };
			await get("bare.png");
		}
		asked = [];
		await get("bare.png");
		expect(asked).toEqual([]);
		present = { ...bezel, version: "v0" };
		await get("bare.png");
		expect(asked).toHaveLength(1);
	});

	it("is one that the frame has: no host is asked for others", async () => {
		const names = ["bezel", "mask", "button-lock", "button-lock-pressed", "button-ring"];
		for (const name of names) expect((await get(`${name}.png`)).status).toBe(200);
		asked = [];
		for (const name of ["button-ring-pressed", "button-home", "button-", "other"]) {
			const answer = await get(`${name}.png`);
			expect([answer.status, codeOf(answer)]).toEqual([404, "no-such-bezel-image"]);
		}
		present = undefined;
		expect(codeOf(await get("bare.png"))).toBe("no-such-bezel-image");
		expect(codeOf(await get("bare.png", asOwner, "nowhere"))).toBe("no-such-device");
		expect(asked).toEqual([]);
	});

	it("is seen by whoever may look, but not before people are let in", async () => {
		const { cookie } = await harness.grant("phone", "view");
		const { cookie: other } = await harness.grant("tablet", "own");
		expect((await get("bare.png", { cookie })).status).toBe(200);
		expect((await get("bare.png", {})).status).toBe(401);
		expect(codeOf(await get("bare.png", { cookie: other }))).toBe("wrong-device");
		askFirst = "always";
		expect(codeOf(await get("bare.png", { cookie }))).toBe("not-allowed");
		expect((await get("bare.png")).status).toBe(200);
	});

	it("that fails is told with its reason and asked for again", async () => {
		give = () => {
			throw new PortholeError("bezel-timeout", "No picture came.");
		};
		const answer = await get("bare.png?v=v1");
		expect([answer.status, codeOf(answer)]).toEqual([504, "bezel-timeout"]);
		give = () => Buffer.from("here");
		expect((await get("bare.png?v=v1")).text).toBe("here");
	});
});
