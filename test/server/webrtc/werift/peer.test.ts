import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadAddon } from "../../../../server/native/load.ts";
import type { MediaEngine, Peer, Track } from "../../../../server/webrtc/media.ts";
import { SenderPool } from "../../../../server/webrtc/rtp/sender-pool.ts";
import { WeriftEngine } from "../../../../server/webrtc/werift/engine.ts";
import { MAX_CONNECTING } from "../../../../server/webrtc/werift/peer-registry.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";
import { bindingRequest } from "../../../support/ice-client.ts";

describe("a viewer that does not come further than ICE", () => {
	let clock: FakeClock;
	let engine: MediaEngine;
	let track: Track;
	let dropped: string[];
	let ended: string[];
	let socket: Socket;
	let answers: number;

	const join = (id: string) =>
		track.addPeer(id, {
			connected() {},
			message() {},
			unreadable() {},
			closed: (reason) => ended.push(`${id} ${reason}`),
		});

	/** A check as the browser that got the offer would send it. */
	function check({ offer }: Peer): void {
		const [, username = ""] = /a=ice-ufrag:(\S+)/.exec(offer) ?? [];
		const [, password = ""] = /a=ice-pwd:(\S+)/.exec(offer) ?? [];
		const [, port] = / udp \d+ 127\.0\.0\.1 (\d+) typ host/.exec(offer) ?? [];
		socket.send(bindingRequest({ username: `${username}:them`, password }), Number(port), "127.0.0.1");
	}

	beforeEach(async () => {
		clock = new FakeClock();
		dropped = [];
		ended = [];
		answers = 0;
		engine = new WeriftEngine({
			addresses: ["127.0.0.1"],
			clock,
			pool: new SenderPool(loadAddon(), () => {}),
			dropped: (reason) => dropped.push(reason),
		});
		track = engine.openTrack({ keyframeNeeded() {}, targetBitrates() {} });
		socket = createSocket("udp4");
		socket.on("message", () => answers++);
		socket.bind(0, "127.0.0.1");
		await once(socket, "listening");
	});
	afterEach(async () => {
		socket.close();
		await engine.close();
	});

	it("ends after 20 s, however often it checks", async () => {
		const peer = await join("a");
		for (let second = 0; second < 20; second++) {
			check(peer);
			await expect.poll(() => answers).toBe(second + 1);
			clock.advance(1000);
		}
		expect(ended).toEqual([]);
		clock.advance(1000);
		expect(ended).toEqual(["a connect-timeout"]);
		check(peer);
		await expect.poll(() => dropped).toEqual(["unknown-user"]);
		expect(clock.pending).toBe(0);
	});

	it("gives way when very many want to join, the oldest first", async () => {
		for (let i = 0; i < MAX_CONNECTING + 2; i++) await join(`${i}`);
		expect(ended).toEqual(["0 connect-timeout", "1 connect-timeout"]);
	});
});
