import { beforeEach, describe, expect, it } from "vitest";
import {
	MAX_CONNECTING,
	PeerRegistry,
	type RegisteredPeer,
} from "../../../../server/webrtc/werift/peer-registry.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";

let clock: FakeClock;
let registry: PeerRegistry;
let gaveWay: number[];
beforeEach(() => {
	clock = new FakeClock();
	registry = new PeerRegistry(clock);
	gaveWay = [];
});

class CountingPeer implements RegisteredPeer {
	ticks = 0;
	readonly #number: number;

	constructor(number: number) {
		this.#number = number;
	}

	tick(): void {
		this.ticks++;
	}

	giveWay(): void {
		gaveWay.push(this.#number);
		registry.remove(this);
	}
}

const join = (count: number) =>
	Array.from({ length: count }, (_, i) => {
		const peer = new CountingPeer(i);
		registry.add(peer);
		return peer;
	});

describe("the peer registry", () => {
	it("has one timer for all peers, and none without them", () => {
		expect(clock.pending).toBe(0);
		const peers = join(3);
		expect(clock.pending).toBe(1);
		clock.advance(2000);
		expect(peers.map(({ ticks }) => ticks)).toEqual([2, 2, 2]);
		for (const peer of peers) registry.remove(peer);
		expect(clock.pending).toBe(0);
		join(1);
		expect(clock.pending).toBe(1);
	});

	it("goes on when a peer leaves because of its tick", () => {
		const peers = join(3);
		const [first] = peers;
		if (first) first.tick = () => registry.remove(first);
		clock.advance(1000);
		clock.advance(1000);
		expect(peers.slice(1).map(({ ticks }) => ticks)).toEqual([2, 2]);
	});

	it("lets the one that connects for longest give way when too many do", () => {
		const [first, second] = join(MAX_CONNECTING);
		if (first) registry.connected(first);
		registry.add(new CountingPeer(-1));
		expect(gaveWay).toEqual([]);
		registry.add(new CountingPeer(-2));
		expect(gaveWay).toEqual([1]);
		clock.advance(1000);
		expect([first?.ticks, second?.ticks]).toEqual([1, 0]);
	});
});
