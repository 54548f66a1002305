import { beforeEach, describe, expect, it } from "vitest";
import { ownerRights, type Rights } from "../../../signaling/auth/rights.ts";
import { OFFER_ANSWERED_WITHIN, type Playing } from "../../../signaling/rooms/headless-viewers.ts";
import { settled } from "../../fakes/fake-clock.ts";
import {
	describeDevice,
	hostHello,
	SignalingHarness,
	type SignalingPeer,
} from "../../support/signaling-harness.ts";

const OFFER = "v=0 offer";

let harness: SignalingHarness;
let host: SignalingPeer;

beforeEach(async () => {
	harness = new SignalingHarness();
	const asking = describeDevice("asking", { policy: { askFirst: "always", touchTakes: true } });
	host = await harness.host("h1", [describeDevice("phone"), asking]);
	host.drain();
});

const rightsOf = (grantId: string, deviceId = "phone"): Rights => ({
	role: "control",
	devices: [deviceId],
	grantId,
	label: "",
});
const play = (deviceId = "phone", rights: Rights = ownerRights) =>
	harness.server.play({ deviceId, offer: OFFER, rights, address: undefined });

async function playing(rights?: Rights): Promise<{ player: Playing; viewerId: string }> {
	const coming = play("phone", rights);
	await settled();
	const { viewerId } = host.the("viewer-joined") as unknown as { viewerId: string };
	await host.say({ type: "answer", viewerId, sdp: "v=0 answer" });
	return { player: await coming, viewerId };
}

describe("a player without a page", () => {
	it("hands the host its offer, once, and gets the answer", async () => {
		const { player, viewerId } = await playing();
		expect(host.heard.filter(({ type }) => type === "viewer-joined")).toEqual([
			expect.objectContaining({ deviceId: "phone", role: "view", media: false, player: { offer: OFFER } }),
		]);
		expect(player).toMatchObject({ viewerId, answer: "v=0 answer" });
		host.drain();
		await host.say({ type: "devices", devices: [] });
		await host.say({ type: "devices", devices: [describeDevice("phone")] });
	});

	it("only looks, whatever its right, and is one of the people", async () => {
		const page = await harness.viewer("phone");
		await playing(rightsOf("g1"));
		expect(page.the("participants")).toMatchObject({
			participants: [{ role: "own" }, { name: "Player", role: "view" }],
		});
	});

	it("is announced without its offer to a host that comes back", async () => {
		const { viewerId } = await playing();
		await host.hangUp();
		const again = await harness.host("h1", [describeDevice("phone")]);
		expect(again.the("viewer-joined")).toMatchObject({ viewerId, media: true, player: {} });
	});

	it("leaves, and the host hears of it", async () => {
		const { player, viewerId } = await playing();
		let ended = 0;
		player.onEnd(() => ended++);
		player.leave();
		await settled();
		expect(host.the("viewer-left")).toEqual({ type: "viewer-left", viewerId });
		expect(ended).toBe(1);
	});

	it("is ended by its host, by its grant's end, and by an owner", async () => {
		const ended: string[] = [];
		const grant = await harness.grant("phone", "view");
		const own = await playing();
		own.player.onEnd(() => ended.push("by its host"));
		await host.say({
			type: "end",
			viewerId: own.viewerId,
			reason: { code: "player-lost", message: "" },
			final: true,
		});
		const guest = await playing(rightsOf(grant.id));
		guest.player.onEnd(() => ended.push("by its grant's end"));
		await harness.grants.revoke(grant.id);
		await settled();
		const kicked = await playing(rightsOf("g2"));
		kicked.player.onEnd(() => ended.push("by an owner"));
		const page = await harness.viewer("phone");
		await page.say({ type: "kick", viewerId: kicked.viewerId, and: "ten-minutes" });
		await settled();
		expect(ended).toEqual(["by its host", "by its grant's end", "by an owner"]);
		expect(harness.server.device("phone")?.viewers).toBe(1);
	});

	it("is refused where nobody is, where its computer is off, and where an owner lets people in", async () => {
		await expect(play("absent")).rejects.toMatchObject({ code: "no-such-device" });
		await expect(play("asking", rightsOf("g1", "asking"))).rejects.toMatchObject({ code: "asks-first" });
		await host.hangUp();
		await expect(play()).rejects.toMatchObject({ code: "host-offline" });
	});

	it("is let in by its owner's token where an owner lets people in", async () => {
		const coming = play("asking");
		await settled();
		const { viewerId } = host.the("viewer-joined") as unknown as { viewerId: string };
		await host.say({ type: "answer", viewerId, sdp: "v=0 answer" });
		expect((await coming).answer).toBe("v=0 answer");
	});

	it("hears what the host says against its offer", async () => {
		const coming = play();
		coming.catch(() => {});
		await settled();
		const { viewerId } = host.the("viewer-joined") as unknown as { viewerId: string };
		await host.say({
			type: "end",
			viewerId,
			reason: { code: "no-h264", message: "No H.264." },
			final: false,
		});
		await expect(coming).rejects.toMatchObject({ code: "no-h264", message: "No H.264." });
		expect(harness.server.device("phone")?.viewers).toBe(0);
	});

	it("does not wait for ever, and nobody goes on for it", async () => {
		const coming = play();
		coming.catch(() => {});
		await settled();
		harness.clock.advance(OFFER_ANSWERED_WITHIN);
		await expect(coming).rejects.toMatchObject({ code: "answer-timeout" });
		await settled();
		expect(host.the("viewer-left")).toBeDefined();
	});

	it("cannot be answered by another host", async () => {
		const coming = play();
		coming.catch(() => {});
		await settled();
		const { viewerId } = host.the("viewer-joined") as unknown as { viewerId: string };
		const { key } = await harness.hostKeys.issue("another");
		const other = harness.connect();
		await other.say(hostHello("h2", { key }));
		expect(other.the("welcome")).toBeDefined();
		await other.say({ type: "answer", viewerId, sdp: "v=0 forged" });
		await host.say({ type: "answer", viewerId, sdp: "v=0 answer" });
		expect((await coming).answer).toBe("v=0 answer");
	});
});
