import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLocalGatewayHost, WELCOME_WITHIN } from "../../../server/gateways/local-gateway-host.ts";
import { GatewayTickets } from "../../../server/viewers/gateway-session.ts";
import { ownerRights, type Rights } from "../../../signaling/auth/rights.ts";
import type { Reason } from "../../../signaling/protocol/messages.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import { GatewayStage } from "../../support/gateway-stage.ts";

let stage: GatewayStage;
beforeEach(async () => {
	stage = new GatewayStage();
	await stage.open("fake:phone", "fake:asking?ask=always", "fake:strict?control=ask");
});
afterEach(() => stage.close());

const enter = (deviceId = "phone", rights: Rights = ownerRights) =>
	stage.gatewayHost.enter({ deviceId, rights, name: "Baguette client", address: "127.0.0.1" });
const phone = () => {
	const [device] = stage.fakes.devices;
	if (!device) throw new Error("there is no phone");
	return device;
};
const down = { type: "touch", contacts: [{ id: 7, x: 0.5, y: 0.5 }] } as const;
const up = { type: "touch", contacts: [] } as const;

async function rightsOf(role: "view" | "control", deviceId = "phone"): Promise<Rights> {
	const grant = await stage.harness.grant(deviceId, role);
	return { role, devices: [deviceId], grantId: grant.id, label: "" };
}

describe("a client of a gateway", () => {
	it("is one of the people, by its name and role, until it leaves", async () => {
		const page = await stage.harness.viewer("phone");
		const visit = await enter("phone", await rightsOf("view"));
		await settled();
		expect(page.the("participants").participants).toMatchObject([
			{ name: "Owner" },
			{ name: "Baguette client", role: "view" },
		]);
		expect(stage.harness.server.device("phone")).toMatchObject({ state: "live", viewers: 2 });
		visit.leave();
		await settled();
		expect(page.the("participants").participants).toMatchObject([{ name: "Owner" }]);
		expect(visit.input(down)).toBe("This stay on the device is over.");
	});

	it("takes free control by a touch, loses it to who takes it, and lets go of what it held", async () => {
		const page = await stage.harness.viewer("phone");
		const visit = await enter("phone", await rightsOf("control"));
		expect(visit.input(down)).toBeUndefined();
		await settled();
		expect(page.the("control").control).toMatchObject({ state: "held" });
		await page.say({ type: "control", action: "take" });
		expect(phone().input.calls.at(-1)).toEqual(["touch", []]);
		const words = "Somebody else has control of this device.";
		expect([visit.input(down), visit.claim()]).toEqual([words, words]);
		await page.say({ type: "control", action: "release" });
		expect(visit.claim()).toBeUndefined();
		await settled();
		expect((page.the("control").control as { state: string }).state).toBe("held");
	});

	it("needs the right to touch, and control that a touch may take", async () => {
		const looks = await enter("phone", await rightsOf("view"));
		expect([looks.input(down), looks.claim()]).toEqual(Array(2).fill("This right is to look only."));
		const strict = await enter("strict");
		expect(strict.input(down)).toBe("Somebody else has control of this device.");
		expect(phone().input.calls).toEqual([]);
	});

	it("is limited in what it sends, and may always let go", async () => {
		const visit = await enter();
		const answers = Array.from({ length: 10_000 }, () => visit.input(down));
		expect(answers.slice(0, 1000).every((answer) => answer === undefined)).toBe(true);
		expect(answers.at(-1)).toMatch(/^That is more input/);
		expect(visit.input(up)).toBeUndefined();
	});

	it("hears what a device that has vanished says, and why more cannot be held", async () => {
		const visit = await enter();
		for (let key = 0; key < 32; key++) visit.input({ type: "key", code: `Key${key}`, down: true });
		expect(visit.input({ type: "key", code: "KeyX", down: true })).toMatch(/^More is held/);
		phone().input.refuses = true;
		expect(visit.input({ type: "text", text: "x" })).not.toBe(undefined);
	});

	it("hears why it is over: a revoked link, a device that is gone, the host that stops", async () => {
		const rights = await rightsOf("control");
		const over: Reason[] = [];
		(await enter("phone", rights)).onEnd((reason) => over.push(reason));
		await stage.harness.grants.revoke(rights.grantId);
		await settled();
		expect(over.map(({ code }) => code)).toEqual(["revoked"]);
		(await enter()).onEnd((reason) => over.push(reason));
		phone().end({ code: "unplugged", message: "It was unplugged." });
		await settled();
		await settled();
		expect(over.map(({ code }) => code)).toEqual(["revoked", "unplugged"]);
		(await enter("strict")).onEnd((reason) => over.push(reason));
		await stage.host.close();
		await settled();
		expect(over.at(-1)?.code).toBe("host-stopped");
		expect(over).toHaveLength(3);
	});

	it("hears nothing more after it left by itself", async () => {
		const over: Reason[] = [];
		const visit = await enter();
		visit.onEnd((reason) => over.push(reason));
		visit.leave();
		visit.leave();
		await settled();
		expect(over).toEqual([]);
	});

	it("stays when signaling is told of its host anew", async () => {
		const visit = await enter();
		const over: Reason[] = [];
		visit.onEnd((reason) => over.push(reason));
		expect(visit.input(down)).toBeUndefined();
		await settled();
		stage.hangUp();
		await settled();
		await vi.waitFor(() => expect(stage.connections).toBe(2), { timeout: 5_000 });
		await settled();
		expect(visit.input(up)).toBeUndefined();
		expect(over).toEqual([]);
	});

	it("has a device that ended opened again", async () => {
		phone().end({ code: "unplugged", message: "It was unplugged." });
		await settled();
		expect(stage.gatewayHost.device("phone")).toBeUndefined();
		const visit = await enter();
		expect(visit.input(down)).toBeUndefined();
		expect(stage.fakes.devices.at(-1)?.input.calls).toHaveLength(1);
	});

	it("comes to no device that is unknown, or where an owner lets people in first", async () => {
		await expect(enter("nobody")).rejects.toMatchObject({ code: "no-such-device" });
		const guest = await rightsOf("control", "asking");
		await expect(enter("asking", guest)).rejects.toMatchObject({ code: "asks-first" });
		await expect(enter("asking")).resolves.toBeDefined();
	});
});

describe("a gateway's ticket", () => {
	it("is of no use on another computer", async () => {
		const { server } = stage.harness;
		const stranger = { rights: ownerRights, name: "Stranger", address: undefined, ticket: "unknown" };
		const entered = await server.enter({ deviceId: "phone", ...stranger });
		const ended = Promise.withResolvers<Reason>();
		entered.onEnd(ended.resolve);
		expect(await ended.promise).toMatchObject({ code: "gateway-elsewhere" });
	});

	it("is waited for so long and no longer", async () => {
		const clock = new FakeClock();
		const tickets = new GatewayTickets();
		let leaves = 0;
		const gatewayHost = createLocalGatewayHost({
			host: () => ({ list: () => stage.host.list(), device: () => undefined }),
			tickets,
			enter: async () => ({ viewerId: "v1", onEnd() {}, leave: () => leaves++ }),
			clock,
		});
		const coming = gatewayHost.enter({
			deviceId: "phone",
			rights: ownerRights,
			name: "x",
			address: undefined,
		});
		coming.catch(() => {});
		await settled();
		clock.advance(WELCOME_WITHIN);
		await expect(coming).rejects.toMatchObject({ code: "answer-timeout" });
		expect([leaves, clock.pending]).toEqual([1, 0]);
	});
});
