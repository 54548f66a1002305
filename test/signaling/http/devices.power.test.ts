import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AuditEntry } from "../../../signaling/audit.ts";
import { type Devices, deviceRoutes } from "../../../signaling/http/devices.ts";
import type { Listener } from "../../../signaling/http/listener.ts";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { ask, asOwner, serveRoutes } from "../../support/http-server.ts";
import { describeDevice, SignalingHarness } from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
let listener: Listener;
let device: DeviceDescription;
let switched: [string, boolean][];
let refusal: PortholeError | undefined;

beforeEach(async () => {
	harness = new SignalingHarness();
	device = describeDevice("phone", { power: "on" });
	switched = [];
	refusal = undefined;
	const devices: Devices = {
		devices: () => [device],
		device: (id) => (id === "phone" ? device : undefined),
		async request(id, request) {
			if (refusal) throw refusal;
			if (request.what === "power") switched.push([id, request.on]);
			return new Uint8Array();
		},
	};
	const audit = { note: (entry: AuditEntry) => harness.audited.push(entry) };
	listener = await serveRoutes(deviceRoutes(devices, audit, Date.now), { access: harness.access });
});
afterEach(() => listener.close());

const post = (body: unknown, headers: Record<string, string> = asOwner, id = "phone") =>
	ask(listener.port, `/api/devices/${id}/power`, {
		method: "POST",
		headers,
		body: typeof body === "string" ? body : JSON.stringify(body),
	});
const codeOf = ({ text }: { text: string }) => JSON.parse(text).error.code;

describe("the power switch", () => {
	it("is the owner's, and its use is noted", async () => {
		const { status, text } = await post({ on: false });
		expect([status, text]).toEqual([202, ""]);
		device = describeDevice("phone", { power: "off", state: "off" });
		const { cookie, id } = await harness.grant("phone", "own");
		expect((await post({ on: true }, { cookie })).status).toBe(202);
		expect(switched).toEqual([
			["phone", false],
			["phone", true],
		]);
		expect(harness.audited).toMatchObject([
			{ event: "power", device: "phone", grantId: "owner", detail: "off" },
			{ event: "power", device: "phone", grantId: id, detail: "on" },
		]);
	});

	it("is nobody else's", async () => {
		for (const role of ["view", "control"] as const) {
			const { cookie } = await harness.grant("phone", role);
			const answer = await post({ on: false }, { cookie });
			expect([answer.status, codeOf(answer)]).toEqual([403, "not-allowed"]);
		}
		const { cookie } = await harness.grant("tablet", "own");
		expect(codeOf(await post({ on: false }, { cookie }))).toBe("wrong-device");
		expect((await post({ on: false }, {})).status).toBe(401);
		expect(switched).toEqual([]);
	});

	it("does nothing where it is so already, and something on the way there", async () => {
		expect((await post({ on: true })).status).toBe(204);
		expect(switched).toEqual([]);
		device = describeDevice("phone", { power: "starting", state: "starting" });
		expect((await post({ on: false })).status).toBe(202);
	});

	it("is missing on many devices", async () => {
		device = describeDevice("phone");
		const answer = await post({ on: true });
		expect([answer.status, codeOf(answer)]).toEqual([409, "no-power"]);
		expect(codeOf(await post({ on: true }, asOwner, "nowhere"))).toBe("no-such-device");
	});

	it.each([[{}], [{ on: "yes" }], [{ on: true, now: 1 }], [[]], ["{"], [""]])(
		"does not take %j",
		async (body) => {
			const answer = await post(body);
			expect([answer.status, codeOf(answer)]).toEqual([400, "bad-request"]);
		},
	);

	it("says why the host did not take the order, and notes nothing", async () => {
		refusal = new PortholeError("host-offline", "Its computer is offline.");
		const answer = await post({ on: false });
		expect([answer.status, codeOf(answer)]).toEqual([503, "host-offline"]);
		expect(harness.audited).toEqual([]);
	});
});
