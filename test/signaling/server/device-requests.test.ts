import { beforeEach, describe, expect, it } from "vitest";
import { ANSWER_WITHIN } from "../../../signaling/server/device-request.ts";
import { settled } from "../../fakes/fake-clock.ts";
import { describeDevice, SignalingHarness, type SignalingPeer } from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
let host: SignalingPeer;

const JPEG = Buffer.from("ffd8ffd9", "hex");
const jpeg = JPEG.toString("base64");
const refusal = (code: string) => expect.objectContaining({ code });

beforeEach(async () => {
	harness = new SignalingHarness();
	host = await harness.host("h1", [describeDevice("phone")]);
});

/** Asks for a still and gives what the host was asked with. */
async function ask(id = "phone") {
	const still = harness.server.request(id, { what: "still" });
	still.catch(() => {});
	await settled();
	return { still, requestId: host.the("still-wanted").requestId };
}

describe("a still", () => {
	it("is what the device's host sends", async () => {
		const { still, requestId } = await ask();
		expect(host.the("still-wanted")).toMatchObject({ deviceId: "phone" });
		await host.say({ type: "still", requestId, jpeg });
		expect(Buffer.from(await still)).toEqual(JPEG);
	});

	it("fails with the host's reason, or when what it sends is no JPEG", async () => {
		const asleep = await ask();
		await host.say({
			type: "still",
			requestId: asleep.requestId,
			error: { code: "device-asleep", message: "Zzz." },
		});
		await expect(asleep.still).rejects.toMatchObject({ code: "device-asleep", message: "Zzz." });
		for (const bad of [undefined, "", Buffer.from("<html>").toString("base64")]) {
			const { still, requestId } = await ask();
			await host.say({ type: "still", requestId, jpeg: bad });
			await expect(still).rejects.toMatchObject({ code: "bad-still" });
		}
	});

	it("is not waited for longer than three seconds, and comes to nothing later", async () => {
		const { still, requestId } = await ask();
		harness.clock.advance(ANSWER_WITHIN.still);
		await expect(still).rejects.toMatchObject({ code: "still-timeout" });
		await host.say({ type: "still", requestId, jpeg });
		expect(host.ended).toBeUndefined();
	});

	it("is not waited for when its host is gone", async () => {
		const { still } = await ask();
		await host.hangUp();
		await expect(still).rejects.toMatchObject({ code: "host-offline" });
		await expect(harness.server.request("phone", { what: "still" })).rejects.toThrow(refusal("host-offline"));
		await expect(harness.server.request("nowhere", { what: "still" })).rejects.toThrow(
			refusal("no-such-device"),
		);
		expect(harness.clock.pending).toBe(0);
	});

	it("is not taken from another host", async () => {
		const stranger = await harness.host("h2", [describeDevice("tablet")]);
		const { still, requestId } = await ask();
		await stranger.say({ type: "still", requestId, jpeg: Buffer.from("ffd8ff00", "hex").toString("base64") });
		await host.say({ type: "still", requestId, jpeg });
		expect(Buffer.from(await still)).toEqual(JPEG);
	});

	it("that is too large or not base64 is refused as a message", async () => {
		const { requestId } = await ask();
		for (const bad of ["A".repeat(200 * 1024 + 4), "not base64!"]) {
			await host.say({ type: "still", requestId, jpeg: bad });
			expect(host.the("error")).toMatchObject({ reason: { code: "bad-message" }, final: false });
		}
	});

	it("is refused when too many are waited for", async () => {
		const asked = Array.from({ length: 256 }, () => harness.server.request("phone", { what: "still" }));
		for (const still of asked) still.catch(() => {});
		await expect(harness.server.request("phone", { what: "still" })).rejects.toThrow(
			refusal("too-many-stills"),
		);
		harness.clock.advance(ANSWER_WITHIN.still);
		await Promise.allSettled(asked);
		await ask();
	});
});
