import { beforeEach, describe, expect, it } from "vitest";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import {
	ANSWER_WITHIN,
	type DeviceRequest,
	PendingAnswers,
} from "../../../signaling/rooms/device-requests.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
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

/** Asks for a screenshot and gives what the host was asked with. */
async function ask(id = "phone") {
	const screenshot = harness.server.request(id, { what: "screenshot" });
	screenshot.catch(() => {});
	await settled();
	return { screenshot, requestId: host.the("screenshot-wanted").requestId };
}

describe("a screenshot", () => {
	it("is what the device's host sends", async () => {
		const { screenshot, requestId } = await ask();
		expect(host.the("screenshot-wanted")).toMatchObject({ deviceId: "phone" });
		await host.say({ type: "screenshot", requestId, jpeg });
		expect(Buffer.from(await screenshot)).toEqual(JPEG);
	});

	it("fails with the host's reason, or when what it sends is no JPEG", async () => {
		const asleep = await ask();
		await host.say({
			type: "screenshot",
			requestId: asleep.requestId,
			error: { code: "device-asleep", message: "Zzz." },
		});
		await expect(asleep.screenshot).rejects.toMatchObject({ code: "device-asleep", message: "Zzz." });
		for (const bad of [undefined, "", Buffer.from("<html>").toString("base64")]) {
			const { screenshot, requestId } = await ask();
			await host.say({ type: "screenshot", requestId, jpeg: bad });
			await expect(screenshot).rejects.toMatchObject({ code: "bad-screenshot" });
		}
	});

	it("is not waited for longer than three seconds, and comes to nothing later", async () => {
		const { screenshot, requestId } = await ask();
		harness.clock.advance(ANSWER_WITHIN.screenshot);
		await expect(screenshot).rejects.toMatchObject({ code: "screenshot-timeout" });
		await host.say({ type: "screenshot", requestId, jpeg });
		expect(host.ended).toBeUndefined();
	});

	it("is not waited for when its host is gone", async () => {
		const { screenshot } = await ask();
		await host.hangUp();
		await expect(screenshot).rejects.toMatchObject({ code: "host-offline" });
		await expect(harness.server.request("phone", { what: "screenshot" })).rejects.toThrow(
			refusal("host-offline"),
		);
		await expect(harness.server.request("nowhere", { what: "screenshot" })).rejects.toThrow(
			refusal("no-such-device"),
		);
		expect(harness.clock.pending).toBe(0);
	});

	it("is not taken from another host", async () => {
		const stranger = await harness.host("h2", [describeDevice("tablet")]);
		const { screenshot, requestId } = await ask();
		await stranger.say({
			type: "screenshot",
			requestId,
			jpeg: Buffer.from("ffd8ff00", "hex").toString("base64"),
		});
		await host.say({ type: "screenshot", requestId, jpeg });
		expect(Buffer.from(await screenshot)).toEqual(JPEG);
	});

	it("that is too large or not base64 is refused as a message", async () => {
		const { requestId } = await ask();
		for (const bad of ["A".repeat(200 * 1024 + 4), "not base64!"]) {
			await host.say({ type: "screenshot", requestId, jpeg: bad });
			expect(host.the("error")).toMatchObject({ reason: { code: "bad-message" }, final: false });
		}
	});

	it("is refused when too many are waited for", async () => {
		const asked = Array.from({ length: 256 }, () => harness.server.request("phone", { what: "screenshot" }));
		for (const screenshot of asked) screenshot.catch(() => {});
		await expect(harness.server.request("phone", { what: "screenshot" })).rejects.toThrow(
			refusal("too-many-screenshots"),
		);
		harness.clock.advance(ANSWER_WITHIN.screenshot);
		await Promise.allSettled(asked);
		await ask();
	});
});

const PNG = Buffer.from("89504e470d0a1a0a00", "hex");

/** Asks for something else than a screenshot and gives what the host was asked with. */
async function order(request: DeviceRequest, type: string) {
	const answer = harness.server.request("phone", request);
	answer.catch(() => {});
	await settled();
	return { answer, asked: host.the(type), requestId: host.the(type).requestId };
}

describe("a picture of a frame", () => {
	const wanted = { what: "bezel", name: "button-lock" } as const;

	it("is the PNG that the device's host sends", async () => {
		const { answer, asked, requestId } = await order(wanted, "bezel-wanted");
		expect(asked).toMatchObject({ deviceId: "phone", name: "button-lock" });
		await host.say({ type: "done", requestId, png: PNG.toString("base64") });
		expect(Buffer.from(await answer)).toEqual(PNG);
	});

	it("may have 512 KiB, which is a longer message than others may send, and no byte more", async () => {
		for (const [length, code] of [
			[512 * 1024, undefined],
			[512 * 1024 + 1, "bad-bezel"],
		] as const) {
			const { answer, requestId } = await order(wanted, "bezel-wanted");
			const png = Buffer.concat([PNG, Buffer.alloc(length - PNG.length)]).toString("base64");
			await host.say({ type: "done", requestId, png });
			if (code) await expect(answer).rejects.toMatchObject({ code });
			else expect((await answer).length).toBe(length);
		}
	});

	it("is nothing that only says that it is one", async () => {
		for (const said of [{ type: "done" }, { type: "done", png: jpeg }, { type: "screenshot", jpeg }]) {
			const { answer, requestId } = await order(wanted, "bezel-wanted");
			await host.say({ ...said, requestId });
			await expect(answer).rejects.toMatchObject({ code: "bad-bezel" });
		}
	});

	it("is waited for by the clock", async () => {
		const { answer } = await order(wanted, "bezel-wanted");
		harness.clock.advance(ANSWER_WITHIN.bezel);
		await expect(answer).rejects.toMatchObject({ code: "bezel-timeout" });
	});
});

describe("a power switch", () => {
	it("is used by the host, and its refusal is passed on", async () => {
		const on = await order({ what: "power", on: true }, "switch-power");
		expect(on.asked).toMatchObject({ deviceId: "phone", on: true });
		await host.say({ type: "done", requestId: on.requestId });
		expect((await on.answer).length).toBe(0);
		const off = await order({ what: "power", on: false }, "switch-power");
		const error = { code: "wrong-state", message: "It stops already." };
		await host.say({ type: "done", requestId: off.requestId, error });
		await expect(off.answer).rejects.toMatchObject(error);
	});

	it("is waited for by the clock, and not after its host is gone", async () => {
		const late = await order({ what: "power", on: true }, "switch-power");
		harness.clock.advance(ANSWER_WITHIN.power);
		await expect(late.answer).rejects.toMatchObject({ code: "power-timeout" });
		const lost = await order({ what: "power", on: true }, "switch-power");
		await host.hangUp();
		await expect(lost.answer).rejects.toMatchObject({ code: "host-offline" });
		expect(harness.clock.pending).toBe(0);
	});
});

let clock: FakeClock;
let pending: PendingAnswers<string>;
let ids: string[];

const question = {
	of: "ana",
	within: 1_000,
	late: new PortholeError("answer-timeout", "Too late."),
	tooMany: new PortholeError("full", "Too many."),
};

beforeEach(() => {
	clock = new FakeClock();
	pending = new PendingAnswers(clock);
	ids = [];
});

function askAna(of = "ana"): Promise<string> {
	const answer = pending.ask({ ...question, of }, (id) => ids.push(id));
	answer.catch(() => {});
	return answer;
}

const newest = () => ids.at(-1) as string;

describe("pending answers", () => {
	it("come to whoever asked, in whatever order", async () => {
		const [one, two] = [askAna(), askAna()];
		pending.settle(ids[1] as string, "ana", "second");
		pending.settle(ids[0] as string, "ana", new PortholeError("no-bezel", "No."));
		await expect(one).rejects.toMatchObject({ code: "no-bezel" });
		expect(await two).toBe("second");
		expect(clock.pending).toBe(0);
	});

	it("are not taken from another, nor twice, nor without a question", async () => {
		const answer = askAna();
		pending.settle(newest(), "ben", "forged");
		pending.settle("nobody asked", "ana", "nothing");
		pending.settle(newest(), "ana", "true");
		pending.settle(newest(), "ana", "again");
		expect(await answer).toBe("true");
	});

	it("are waited for so long, and not longer than who is asked is there", async () => {
		const late = askAna();
		clock.advance(1_000);
		await expect(late).rejects.toMatchObject({ code: "answer-timeout" });
		const [lost, kept] = [askAna("ana"), askAna("ben")];
		pending.lose("ana", new PortholeError("host-offline", "Gone."));
		await expect(lost).rejects.toMatchObject({ code: "host-offline" });
		pending.settle(newest(), "ben", "here");
		expect(await kept).toBe("here");
	});

	it("are so many, and no more are asked for", async () => {
		const all = Array.from({ length: 256 }, () => askAna());
		await expect(askAna()).rejects.toMatchObject({ code: "full" });
		expect(ids).toHaveLength(256);
		clock.advance(1_000);
		await Promise.allSettled(all);
		expect(clock.pending).toBe(0);
	});
});
