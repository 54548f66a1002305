import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { COPY_SETTLES, HostedDevice } from "../../../server/host/hosted-device.ts";
import { loadAddon } from "../../../server/native/load.ts";
import { deviceSchema } from "../../../signaling/protocol/device.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { parseMessage } from "../../../signaling/protocol/parse.ts";
import { FakeClipboard } from "../../fakes/fake-clipboard.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import { FakeDevice } from "../../fakes/fake-device.ts";
import { FakeMediaEngine } from "../../fakes/fake-media-engine.ts";
import { PATTERN_FILE, readAccessUnits } from "../../support/pattern-source.ts";
import { look } from "../../support/seen-picture.ts";

let clock: FakeClock;
let device: FakeDevice;
let engine: FakeMediaEngine;
let events: unknown[][];
let hosted: HostedDevice;

beforeEach(() => {
	clock = new FakeClock();
	device = new FakeDevice("phone");
	engine = new FakeMediaEngine();
	events = [];
	const note =
		(name: string) =>
		(...details: unknown[]) =>
			void events.push([name, ...details]);
	hosted = new HostedDevice(device, {
		engine,
		clock,
		decoder: loadAddon().FrameDecoder,
		log: { error: note("log") },
		wall: clock.wall,
		rate: {},
		policy: { askFirst: "never", touchTakes: true },
		touched: note("touched"),
		quality: note("quality"),
		changed: note("changed"),
		ended: note("ended"),
		offer: (viewerId, peerId) => events.push(["offer", viewerId, peerId]),
		answer: note("answer"),
		endViewer: note("end viewer"),
		count: {
			droppedInput: note("dropped"),
			openedPeer: note("opened"),
			endedPeer: note("ended peer"),
			accessUnit: note("unit"),
		},
	});
	hosted.setControl({ holder: undefined, tabs: [], touchTakes: true });
});

const named = (name: string) => events.filter(([first]) => first === name);

async function join(viewerId: string, media = false, role: "view" | "control" = "control") {
	hosted.join(viewerId, { role, number: Number(viewerId.replace(/\D/g, "")) }, media);
	await settled();
}

describe("a viewer that floods its connection", () => {
	it("is sent away with the reason, and gets no other connection for a minute; others are left alone", async () => {
		await join("v1", false, "view");
		const { peer } = engine.track;
		await join("v2");
		peer.events.closed("flooding");
		const reason = expect.objectContaining({ code: "flooding" });
		expect(named("end viewer")).toEqual([["end viewer", "v1", reason, true]]);
		const offers = named("offer").length;
		await join("v1", false, "view");
		expect(named("end viewer")).toHaveLength(2);
		expect(named("offer")).toHaveLength(offers);
		await join("v3");
		expect(named("offer")).toHaveLength(offers + 1);
		clock.advance(60_000);
		await join("v1", false, "view");
		expect(named("offer")).toHaveLength(offers + 2);
	});
});

describe("a hosted device, described", () => {
	it("is what the device tells, with the state that only the host knows", async () => {
		expect(hosted.describe()).toEqual({
			...device.facts,
			id: "phone",
			policy: { askFirst: "never", touchTakes: true },
			state: "ready",
			since: clock.now(),
			viewers: 0,
		});
		await join("v1");
		expect(hosted.describe()).toMatchObject({ encoder: device.source.encoder });
	});

	it("tells what its source can give of its new size", async () => {
		await join("v1");
		const before = engine.track.maxBitrates?.main ?? 0;
		device.change({ pixels: { width: 1920, height: 1080 } });
		expect(engine.track.maxBitrates?.main).toBeGreaterThan(before);
		expect(named("changed").length).toBeGreaterThan(0);
	});

	it("is failed with the reason while its source fails, and ready again after", async () => {
		clock.advance(1000);
		device.failure = new PortholeError("encoder-unavailable", "There is no encoder.");
		await join("v1");
		expect(hosted.describe()).toMatchObject({
			state: "failed",
			note: "There is no encoder.",
			since: clock.now(),
		});
		await clock.pass(2000);
		expect(hosted.describe()).toMatchObject({ state: "ready", since: clock.now() });
		expect(hosted.describe().note).toBeUndefined();
	});

	it("always fits what signaling takes, however much the device or its failure has to say", async () => {
		device.change({ note: "n".repeat(1000) });
		const parsed = () => parseMessage(deviceSchema, JSON.stringify(hosted.describe()));
		expect(parsed()).toMatchObject({ note: "n".repeat(400) });
		device.failure = new Error("m".repeat(100_000));
		await join("v1");
		expect(parsed()).toMatchObject({ state: "failed", note: "m".repeat(400) });
	});

	it("tells each change", () => {
		device.change({ pixels: { width: 844, height: 390 } });
		expect(named("changed")).toHaveLength(1);
		expect(hosted.describe()).toMatchObject({ pixels: { width: 844, height: 390 } });
	});
});

describe("a hosted device with a power switch", () => {
	it("is off rather than failed, since it was switched, and ready again without a trace of that", async () => {
		device.change({ power: "on" });
		await join("v1");
		clock.advance(1_000);
		device.change({ power: "off" });
		device.source.options.sink.ended({ code: "device-off", message: "It was switched off." });
		clock.advance(1_000);
		expect(hosted.describe()).toMatchObject({ state: "off", power: "off" });
		expect(hosted.describe().note).toBeUndefined();
		device.change({ power: "starting" });
		expect(hosted.describe()).toMatchObject({ state: "starting", since: clock.now() });
		device.change({ power: "on" });
		await settled();
		expect(hosted.describe()).toMatchObject({ state: "ready", since: clock.now() });
		expect(device.sources).toHaveLength(2);
		expect(named("end viewer")).toEqual([]);
	});
});

describe("a viewer of a hosted device", () => {
	it("gets an offer when it joins, and the source starts", async () => {
		await join("v1");
		expect(events).toContainEqual(["offer", "v1", "v1_1"]);
		expect(named("opened")).toHaveLength(1);
		expect(device.sources).toHaveLength(1);
		expect(hosted.has("v1")).toBe(true);
	});

	it("that comes back with its pictures is left alone; without, it gets a new offer", async () => {
		await join("v1");
		engine.track.peer.events.connected();
		await join("v1", true);
		expect(named("offer")).toHaveLength(1);
		await join("v1", false);
		expect(named("offer")).toHaveLength(2);
		await join("v1", true);
		expect(named("offer")).toHaveLength(3);
		expect(named("opened")).toHaveLength(1);
	});

	it("says that its pictures flow to a host that knows nothing of it, and gets an offer", async () => {
		await join("v1", true);
		expect(named("offer")).toHaveLength(1);
	});

	it("whose answer cannot be used is told so, may come again, and leaves nothing behind", async () => {
		await join("v1");
		await hosted.acceptAnswer("v1", "v1_1", "nonsense");
		await settled();
		expect(named("end viewer")).toMatchObject([["end viewer", "v1", { code: "bad-answer" }, false]]);
		expect(hosted.has("v1")).toBe(false);
		expect(engine.track.peer.closes).toBe(1);
		await join("v1");
		expect(named("offer")).toHaveLength(2);
	});

	it("whose peer cannot be made is told so", async () => {
		engine.track.failure = new Error("no port is free");
		await join("v1");
		expect(named("end viewer")).toMatchObject([["end viewer", "v1", { code: "internal" }, false]]);
		expect(named("log")).toEqual([
			[
				"log",
				expect.stringContaining("could not be connected"),
				{ viewerId: "v1", error: engine.track.failure },
			],
		]);
		expect(hosted.has("v1")).toBe(false);
	});

	it("that leaves takes its peer along; the source lingers and stops", async () => {
		await join("v1");
		await hosted.leave("v1");
		await hosted.leave("v1");
		expect(engine.track.peer.closes).toBe(1);
		expect(named("ended peer")).toEqual([["ended peer", "left"]]);
		await clock.pass(5000);
		expect(device.source.closes).toBe(1);
	});

	it("whose peer is lost is counted with the reason and forgotten", async () => {
		await join("v1");
		engine.track.peer.events.closed("ice-timeout");
		expect(named("ended peer")).toEqual([["ended peer", "ice-timeout"]]);
		expect(hosted.has("v1")).toBe(false);
		await clock.pass(5000);
		expect(device.source.closes).toBe(1);
	});

	it("gives input by its role", async () => {
		await join("guest", false, "view");
		engine.track.peer.say({ type: "text", text: "no" });
		await join("user");
		engine.track.peer.say({ type: "text", text: "yes" });
		expect(device.input.calls).toEqual([["text", "yes"]]);
		expect(named("dropped")).toEqual([["dropped", "not-allowed"]]);
	});

	it("hears what coding took, at most four times a second, and every picture is counted", async () => {
		await join("v1");
		for (let frame = 0; frame < 60; frame++) device.source.give(clock.now() + frame * 16);
		const timings = engine.track.peer.heard.filter(({ type }) => type === "timing");
		expect(timings).toHaveLength(4);
		expect(timings[0]).toMatchObject({ encode: 3 });
		expect(named("unit")).toHaveLength(60);
	});
});

describe("a player on a hosted device", () => {
	const play = async (viewerId: string, offer?: string) => {
		hosted.join(viewerId, { role: "view", number: 1 }, offer === undefined, { offer });
		await settled();
	};

	it("gets an answer to its offer and no offer, and the source starts", async () => {
		await play("v1", "its offer");
		expect(named("answer")).toEqual([["answer", "v1", "answer of v1_1"]]);
		expect(named("offer")).toEqual([]);
		expect(device.sources).toHaveLength(1);
	});

	it("whose offer cannot be used is told so and leaves nothing behind", async () => {
		await play("v1", "nonsense");
		expect(named("end viewer")).toEqual([
			["end viewer", "v1", { code: "bad-offer", message: "The offer is not SDP." }, false],
		]);
		expect(hosted.has("v1")).toBe(false);
	});

	it("is told where the engine serves pages only", async () => {
		engine.track.answerPeer = undefined as never;
		await play("v1", "its offer");
		expect(named("end viewer")).toMatchObject([["end viewer", "v1", { code: "unsupported" }, false]]);
	});

	it("that is announced again goes on, and one that is not known here is over", async () => {
		await play("v1", "its offer");
		await play("v1");
		await play("v2");
		expect(named("answer")).toHaveLength(1);
		expect(named("end viewer")).toMatchObject([["end viewer", "v2", { code: "player-lost" }, true]]);
	});

	it("whose connection is lost is over, which signaling hears", async () => {
		await play("v1", "its offer");
		engine.track.peer.events.closed("silent");
		expect(named("end viewer")).toMatchObject([["end viewer", "v1", { code: "player-lost" }, true]]);
		expect(hosted.has("v1")).toBe(false);
	});
});

describe("control of a hosted device", () => {
	const press = (index: number, code: string) =>
		engine.track.peers[index]?.say({ type: "key", code, down: true });

	it("is enforced on every input, and what the loser holds is let go before the next holder's first", async () => {
		await join("v1");
		await join("v2");
		hosted.setControl({ holder: "v1", tabs: [], touchTakes: false });
		press(0, "KeyA");
		press(1, "KeyB");
		hosted.setControl({ holder: "v2", tabs: [], touchTakes: false });
		press(1, "KeyB");
		press(0, "KeyC");
		expect(device.input.calls).toEqual([
			["key", "KeyA", true],
			["key", "KeyA", false],
			["key", "KeyB", true],
		]);
		expect(named("dropped")).toEqual(Array(2).fill(["dropped", "no-control"]));
	});

	it("is taken by the first touch, which is told", async () => {
		await join("v1");
		await join("v2");
		press(1, "KeyB");
		press(0, "KeyA");
		expect(device.input.calls).toEqual([["key", "KeyB", true]]);
		expect(named("touched")).toEqual([["touched", "v2"]]);
	});
});

describe("the people on a hosted device", () => {
	const others = (index: number) => engine.track.peers[index]?.heard.filter(({ type }) => type === "other");

	it("see where the others point, also those who may only watch", async () => {
		await join("v1");
		await join("v2", false, "view");
		await join("v3");
		engine.track.peers[1]?.say({ type: "pointer", x: 0.5, y: 0.25, buttons: 0 });
		expect(others(0)).toEqual([{ type: "other", number: 2, x: 0.5, y: 0.25 }]);
		expect(others(1)).toEqual([]);
		expect(others(2)).toEqual(others(0));
		expect([device.input.calls, named("dropped")]).toEqual([[], []]);
	});

	it("have connections that are looked at every two seconds, and told when they change", async () => {
		await join("v1");
		await join("v2");
		const [one, two] = engine.track.peers;
		if (!one || !two) throw new Error("two peers were expected");
		for (const peer of [one, two]) peer.events.connected();
		one.reported = { lost: 0, roundTrip: 20 };
		two.reported = { lost: 0.2, roundTrip: 20 };
		await clock.pass(1999);
		expect(named("quality")).toEqual([]);
		await clock.pass(20_001);
		expect(named("quality")).toEqual([
			["quality", "v1", "good"],
			["quality", "v2", "poor"],
		]);
	});

	it("are told by the way what their network carries, also while no pictures come", async () => {
		await join("v1");
		engine.track.peer.events.connected();
		engine.track.peer.reported = { rendition: "small", estimate: 2 ** 20 };
		await clock.pass(2_000);
		expect(engine.track.peer.heard.at(-1)).toEqual({
			type: "network",
			rendition: "small",
			estimate: 2 ** 20,
		});
	});

	it("hear what coding takes of the rendition that each gets, however the pictures alternate", async () => {
		await join("v1");
		await join("v2");
		const [one, two] = engine.track.peers;
		if (!one || !two) throw new Error("two peers were expected");
		two.reported = { rendition: "small" };
		for (let at = 0; at < 500; at += 20) {
			device.source.give(clock.now() + at);
			device.source.give(clock.now() + at + 5, "small");
		}
		const timings = [one, two].map(({ heard }) => heard.filter(({ type }) => type === "timing").length);
		expect(timings).toEqual([2, 2]);
	});

	it("are ended if signaling is new and does not announce them again", async () => {
		await join("v1");
		await join("v2");
		hosted.unannounceAll();
		await join("v2", true);
		await hosted.endUnannounced();
		expect([hosted.has("v1"), hosted.has("v2")]).toEqual([false, true]);
		expect(engine.track.peers[0]?.closes).toBe(1);
	});
});

describe("a hosted device that ends", () => {
	it("tells so once, with the reason in its description", () => {
		device.end({ code: "display-vanished", message: "The display is gone." });
		expect(named("ended")).toMatchObject([["ended", { code: "display-vanished" }]]);
		expect(hosted.describe()).toMatchObject({ state: "failed", note: "The display is gone." });
	});

	it("tells every viewer the reason, lets go of all input, and closes everything once", async () => {
		await join("v1");
		engine.track.peer.say({ type: "key", code: "KeyA", down: true });
		await join("v2");
		const reason = { code: "display-vanished", message: "The display is gone." };
		await Promise.all([hosted.close(reason, true), hosted.close(reason, true)]);
		expect(named("end viewer")).toEqual([
			["end viewer", "v1", reason, true],
			["end viewer", "v2", reason, true],
		]);
		expect(device.input.calls.at(-1)).toEqual(["key", "KeyA", false]);
		expect(engine.track.peers.map(({ closes }) => closes)).toEqual([1, 1]);
		expect([device.source.closes, engine.track.closes, device.closes]).toEqual([1, 1, 1]);
		expect(clock.pending).toBe(0);
	});

	it("closes in spite of input that the vanished device no longer takes", async () => {
		await join("v1");
		engine.track.peer.say({ type: "key", code: "KeyA", down: true });
		device.input.refuses = true;
		await hosted.close({ code: "display-vanished", message: "" }, true);
		expect([engine.track.peer.closes, device.source.closes, device.closes]).toEqual([1, 1, 1]);
	});
});

it("gives a screenshot of the device", async () => {
	expect(await hosted.screenshot()).toMatchObject({ type: "image/jpeg" });
});

describe.each(["no-screenshot", "hxfr-no-screenshot"] as const)(
	"a device without screenshots (%s)",
	(code) => {
		beforeEach(() => {
			device.screenshot = () => Promise.reject(new PortholeError(code, "It has none."));
		});

		it("has one made of its frames, for which its source runs", async () => {
			const asked = hosted.screenshot();
			await settled();
			const unit = readAccessUnits(readFileSync(PATTERN_FILE)).find(({ keyframe }) => keyframe);
			if (!unit) throw new Error("the pattern has no keyframe");
			const captureTime = clock.now();
			device.source.options.sink.accessUnit({
				...unit,
				captureTime,
				encodedTime: captureTime,
				width: 320,
				height: 240,
			});
			const { type, data } = await asked;
			expect([type, (await look(data)).size]).toEqual(["image/jpeg", [320, 240]]);
			clock.advance(5_000);
			await settled();
			expect(device.source.closes).toBe(1);
		});

		it("says so where no frame comes", async () => {
			const asked = hosted.screenshot();
			await settled();
			clock.advance(2_000);
			await expect(asked).rejects.toMatchObject({ code: "no-frame" });
		});
	},
);

it("wakes no device that is off for a screenshot", async () => {
	device.screenshot = () => Promise.reject(new PortholeError("device-off", "It is off."));
	await expect(hosted.screenshot()).rejects.toMatchObject({ code: "device-off" });
	expect(device.sources).toEqual([]);
});

describe("a hosted device with a clipboard", () => {
	let clipboard: FakeClipboard;
	let host: HostedDevice;
	beforeEach(() => {
		clipboard = new FakeClipboard();
		device = new FakeDevice("phone");
		device.clipboard = clipboard;
		const nothing = () => {};
		host = new HostedDevice(device, {
			...{ engine, clock, wall: clock.wall, rate: {}, policy: { askFirst: "never", touchTakes: true } },
			...{ touched: nothing, quality: nothing, changed: nothing, ended: nothing, offer: nothing },
			...{ answer: nothing, endViewer: nothing, log: { error: nothing } },
			count: {
				droppedInput: (reason) => events.push(["dropped", reason]),
				openedPeer: nothing,
				endedPeer: nothing,
				accessUnit: nothing,
			},
		});
	});

	async function peers() {
		for (const [number, role] of [
			[1, "control"],
			[2, "own"],
			[3, "view"],
		] as const) {
			host.join(`v${number}`, { role, number }, false);
		}
		await settled();
		const [one, two, three] = engine.track.peers;
		if (!one || !two || !three) throw new Error("not all have joined");
		return { one, two, three };
	}

	it("says what may be done with it", () => {
		expect(host.describe().clipboard).toEqual({ in: true, out: true, images: true });
		device.clipboard = { images: false, shortcut: "meta", write: async () => {} };
		expect(host.describe().clipboard).toEqual({ in: true, out: false, images: false, shortcut: "meta" });
		expect(hosted.describe().clipboard).toBeUndefined();
	});

	it("tells of a copy whoever has control, once for several in a row, and nobody else", async () => {
		const { one, two, three } = await peers();
		const news = () => [one, two, three].map(({ heard }) => heard.splice(0).map(({ type }) => type));
		host.setControl({ holder: "v1", tabs: [], touchTakes: false });
		clipboard.copy({ format: "text", text: "secret" });
		clipboard.copy({ format: "text", text: "secret" });
		await clock.pass(COPY_SETTLES);
		expect(news()).toEqual([["clipboard-copied"], [], []]);
		host.setControl({ holder: "v2", tabs: [], touchTakes: false });
		clipboard.copy({ format: "text", text: "another" });
		await clock.pass(COPY_SETTLES);
		expect(news()).toEqual([[], ["clipboard-copied"], []]);
		host.setControl({ holder: undefined, tabs: [], touchTakes: true });
		clipboard.copy({ format: "text", text: "third" });
		await clock.pass(COPY_SETTLES);
		expect(news()).toEqual([[], [], []]);
	});

	it("lets only whoever has control read and write it, whatever their page says", async () => {
		const { one, two, three } = await peers();
		clipboard.content = { format: "text", text: "secret" };
		host.setControl({ holder: "v1", tabs: [], touchTakes: false });
		for (const peer of [two, three]) {
			peer.say({ type: "clipboard-wanted" });
			peer.say({ type: "clipboard-offer", format: "text", size: 4 });
			peer.say({ type: "clipboard-data", bytes: Buffer.from("evil") });
			await settled();
			expect(peer.heard.splice(0)).toEqual([
				{ type: "clipboard-none", outcome: "no-control" },
				{ type: "clipboard-end", outcome: "no-control" },
			]);
		}
		expect([clipboard.reads, clipboard.written]).toEqual([0, []]);
		expect(named("dropped").map(([, reason]) => reason)).toEqual([
			"no-control",
			"no-control",
			"not-allowed",
			"not-allowed",
		]);
		one.say({ type: "clipboard-wanted" });
		await settled();
		expect(one.heard).toEqual([
			{ type: "clipboard-offer", format: "text", size: 6 },
			{ type: "clipboard-data", bytes: Uint8Array.from(Buffer.from("secret")) },
		]);
	});
});
