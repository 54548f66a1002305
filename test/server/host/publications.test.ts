import { beforeEach, describe, expect, it } from "vitest";
import type { Device } from "../../../server/devices/provider.ts";
import { publishDevice } from "../../../server/devices/whip/publish.ts";
import { MAX_PUBLISHERS, Publications } from "../../../server/host/publications.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { FromHost } from "../../../signaling/protocol/messages.ts";
import { FakeIncomingStream } from "../../fakes/fake-incoming-stream.ts";

let streams: FakeIncomingStream[];
let devices: Map<string, Device>;
let sent: FromHost[];
let publications: Publications;
let logged: unknown[];
/** Held back while set. */
let gate: Promise<void> | undefined;

beforeEach(() => {
	streams = [];
	devices = new Map();
	sent = [];
	logged = [];
	gate = undefined;
	publications = new Publications({
		open: async (id, offer) => {
			await gate;
			if (offer === "nonsense") throw new PortholeError("bad-offer", "It is not SDP.");
			if (offer === "mistaken") throw new TypeError("a mistake of ours");
			return publishDevice(
				id,
				offer,
				async (text, events) => {
					const stream = new FakeIncomingStream(text, events);
					streams.push(stream);
					return stream;
				},
				() => {},
			);
		},
		taken: (id) => devices.has(id),
		adopt: (device) => devices.set(device.id, device),
		send: (message) => sent.push(message),
		log: { error: (message, fields) => logged.push([message, fields?.error]) },
	});
});

const publish = (requestId: string, deviceId = "cam", sdp = "offer") =>
	publications.publish({ type: "publish", requestId, deviceId, sdp });

describe("the streams published to a host", () => {
	it("are each a device, and answered", async () => {
		await publish("r1");
		expect([...devices.keys()]).toEqual(["cam"]);
		expect(sent).toEqual([{ type: "published", requestId: "r1", sdp: "answer to offer" }]);
	});

	it("are told of a mistake of ours as ours, which the log has", async () => {
		await publish("r1", "cam", "mistaken");
		expect(sent.at(-1)).toMatchObject({ requestId: "r1", error: { code: "internal" } });
		expect(logged).toEqual([
			[expect.stringContaining("could not be taken"), new TypeError("a mistake of ours")],
		]);
		await publish("r2", "cam", "nonsense");
		expect(logged).toHaveLength(1);
	});

	it("are refused by a code, and one that was refused leaves its id", async () => {
		await publish("r1", "cam", "nonsense");
		expect(sent.at(-1)).toEqual({
			type: "published",
			requestId: "r1",
			error: { code: "bad-offer", message: "It is not SDP." },
		});
		await publish("r2");
		await publish("r3");
		expect(sent.at(-1)).toMatchObject({ requestId: "r3", error: { code: "device-id-taken" } });
	});

	it("have an id each, also when two come at once", async () => {
		await Promise.all([publish("r1"), publish("r2")]);
		expect(sent.map((message) => "error" in message)).toEqual([true, false]);
		expect(streams).toHaveLength(1);
	});

	it("end with a word when their publisher takes them back, and signaling is not told what it knows", async () => {
		await publish("r1");
		const ends: string[] = [];
		devices.get("cam")?.onEnd(({ code }) => ends.push(code));
		publications.unpublish("r1");
		publications.unpublish("r1");
		publications.unpublish("never");
		expect(ends).toEqual(["publisher-left"]);
		expect(sent).toHaveLength(1);
	});

	it("are told to be gone when they end by themselves", async () => {
		await publish("r1");
		streams[0]?.events.ended("silent");
		expect(sent.at(-1)).toEqual({ type: "unpublished", requestId: "r1" });
	});

	it("that were taken back while they were opened are closed", async () => {
		const held = Promise.withResolvers<void>();
		gate = held.promise;
		const coming = publish("r1");
		publications.unpublish("r1");
		held.resolve();
		await coming;
		expect(streams[0]?.closes).toBe(1);
		expect(devices.size).toBe(0);
	});

	it(`are ${MAX_PUBLISHERS} at most`, async () => {
		for (let i = 0; i < MAX_PUBLISHERS; i++) await publish(`r${i}`, `cam-${i}`);
		await publish("more", "one-more");
		expect(sent.at(-1)).toMatchObject({ error: { code: "too-many-publishers" } });
		publications.unpublish("r0");
		await publish("again", "one-more");
		expect(sent.at(-1)).toMatchObject({ requestId: "again", sdp: "answer to offer" });
	});
});
