import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../../server/devices/clock.ts";
import { loadAddon } from "../../../../server/native/load.ts";
import type { MediaEngine, PeerEvents, Track } from "../../../../server/webrtc/media.ts";
import { SenderPool } from "../../../../server/webrtc/rtp/sender-pool.ts";
import { WeriftEngine } from "../../../../server/webrtc/werift/engine.ts";

const silent: PeerEvents = { connected() {}, message() {}, unreadable() {}, closed() {} };
/** An SPS of level 4.0 before an IDR slice. */
const keyframe = Buffer.from(
	"00000001 67640028acd940780227e5c04400000300040000030 0c83c60c658 00000001 6588".replaceAll(" ", ""),
	"hex",
);

describe("a track", () => {
	let engine: MediaEngine;
	let track: Track;

	beforeEach(() => {
		const pool = new SenderPool(loadAddon(), () => {});
		engine = new WeriftEngine({ addresses: ["127.0.0.1"], tcp: false, clock: systemClock, pool });
		track = engine.openTrack({ keyframeNeeded() {}, targetBitrates() {} });
	});
	afterEach(() => engine.close());

	const push = (data: Buffer) =>
		track.push({ data, captureTime: 0, encodedTime: 0, keyframe: true, width: 1920, height: 1080 });

	it("offers level 3.1 until it knows the picture, then what the picture needs", async () => {
		expect((await track.addPeer("a", silent)).offer).toContain("profile-level-id=42e01f");
		push(keyframe);
		expect((await track.addPeer("b", silent)).offer).toContain("profile-level-id=42e028");
	});

	it("offers with the one certificate that is there, which takes long to make", async () => {
		const offers: string[] = [];
		for (let i = 0; i < 10; i++) offers.push((await track.addPeer(`viewer ${i}`, silent)).offer);
		const fingerprints = offers.map((offer) => /a=fingerprint:(.*)/.exec(offer)?.[1]);
		expect(fingerprints[0]).toMatch(/^sha-256 /);
		expect(new Set(fingerprints).size).toBe(1);
	});

	it("gives each viewer credentials and numbers of its own", async () => {
		const offers = await Promise.all(["a", "b"].map((id) => track.addPeer(id, silent)));
		for (const field of [/ice-pwd:(.*)/, /ice-ufrag:(.*)/, /a=ssrc-group:FID (.*)/]) {
			const [a, b] = offers.map(({ offer }) => field.exec(offer)?.[1]);
			expect(a).toBeTruthy();
			expect(a).not.toBe(b);
		}
	});

	it("offers every viewer the same one port", async () => {
		const offers = await Promise.all(["a", "b"].map((id) => track.addPeer(id, silent)));
		const ports = offers.flatMap(({ offer }) => [...offer.matchAll(/a=candidate:.* (\d+) typ host/g)]);
		expect(new Set(ports.map(([, port]) => port)).size).toBe(1);
	});

	it("takes any bytes as access units", () => {
		for (const data of [Buffer.alloc(0), Buffer.from("nothing"), Buffer.from([0, 0, 1, 0x67])]) push(data);
	});

	it("refuses an answer that is none and can still take a good one", async () => {
		const peer = await track.addPeer("a", silent);
		await expect(peer.acceptAnswer("hello")).rejects.toMatchObject({ code: "bad-answer" });
		expect(peer.stats()).toMatchObject({ packets: 0, skipped: 0 });
	});

	it("closes more than once and takes no viewers afterwards", async () => {
		const peer = await track.addPeer("a", silent);
		await track.close();
		await track.close();
		await peer.close();
		push(keyframe);
		peer.sendMessage(Buffer.from("x"));
		await expect(track.addPeer("late", silent)).rejects.toMatchObject({ code: "track-closed" });
	});
});
