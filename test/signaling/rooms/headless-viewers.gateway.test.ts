import { beforeEach, describe, expect, it } from "vitest";
import { ownerRights } from "../../../signaling/auth/rights.ts";
import { settled } from "../../fakes/fake-clock.ts";
import { describeDevice, SignalingHarness, type SignalingPeer } from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
let host: SignalingPeer;

beforeEach(async () => {
	harness = new SignalingHarness();
	const asking = describeDevice("asking", { policy: { askFirst: "always", touchTakes: true } });
	host = await harness.host("h1", [describeDevice("phone"), asking]);
	host.drain();
});

const enter = (deviceId = "phone", name = "Client") =>
	harness.server.enter({ deviceId, rights: ownerRights, name, address: "192.0.2.1", ticket: "t-1" });

describe("a client of a gateway", () => {
	it("is announced to the host with its ticket and its role, also when the host comes back", async () => {
		const { viewerId } = await enter();
		await settled();
		expect(host.the("viewer-joined")).toEqual({
			...{ type: "viewer-joined", viewerId, deviceId: "phone", role: "own", number: 1 },
			...{ media: false, gatewayTicket: "t-1" },
		});
		await host.hangUp();
		const again = await harness.host("h1", [describeDevice("phone")]);
		expect(again.the("viewer-joined")).toMatchObject({ viewerId, media: true, gatewayTicket: "t-1" });
	});

	it("leaves, and is ended by its host with a reason", async () => {
		const [one, two] = [await enter(), await enter()];
		const ends: string[] = [];
		for (const client of [one, two]) client.onEnd(({ code }) => ends.push(code));
		one.leave();
		await settled();
		expect(host.the("viewer-left")).toEqual({ type: "viewer-left", viewerId: one.viewerId });
		const reason = { code: "gateway-elsewhere", message: "Not here." };
		await host.say({ type: "end", viewerId: two.viewerId, reason, final: true });
		expect(ends).toEqual(["gateway-elsewhere"]);
	});

	it("does not outlive signaling", async () => {
		const client = await enter();
		const ends: string[] = [];
		client.onEnd(({ code }) => ends.push(code));
		harness.server.close();
		await settled();
		expect(ends).toEqual(["closing"]);
	});

	it("comes to no device that is unknown or offline, and is told what is wrong", async () => {
		await expect(enter("nobody")).rejects.toMatchObject({ code: "no-such-device" });
		await host.hangUp();
		await expect(enter()).rejects.toMatchObject({ code: "host-offline" });
	});
});
