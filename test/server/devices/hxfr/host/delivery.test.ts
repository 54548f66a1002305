import { describe, expect, it } from "vitest";
import { PushDelivery, STUCK_LIMIT } from "../../../../../server/devices/hxfr/host/delivery.ts";
import type { Message } from "../../../../../server/devices/hxfr/wire/message.ts";
import { FakeClock } from "../../../../fakes/fake-clock.ts";

function setUp(bitrate = 1_000_000) {
	const clock = new FakeClock();
	const connection = { waiting: 0, send: (message: Message) => void sent.push(message) };
	const sent: Message[] = [];
	let asked = 0;
	let stuck = 0;
	const outbox = new PushDelivery({
		...{ connection, clock, scanout: 1, tellsTimes: () => false, bitrate: () => bitrate },
		keyframeNeeded: () => void asked++,
		stuck: () => void stuck++,
	});
	const offer = (keyframe: boolean) => {
		const before = sent.length;
		const data = Buffer.of(0, 0, 0, 1, keyframe ? 0x65 : 0x41);
		outbox.offer({ data, keyframe, captureTime: 1, encodedTime: 2, width: 16, height: 16 });
		return sent.length > before;
	};
	return { outbox, connection, clock, offer, asked: () => asked, stuck: () => stuck };
}

describe("what a subscriber gets", () => {
	it("begins with a keyframe, and what came before it was not missed", () => {
		const { offer, outbox, asked } = setUp();
		expect([offer(false), offer(true), offer(false)]).toEqual([false, true, true]);
		outbox.drained();
		expect([outbox.dropped, asked()]).toEqual([0, 0]);
	});

	it("is nothing after a dropped picture until the next keyframe, which is asked for when there is room", () => {
		const { offer, outbox, connection, asked } = setUp();
		offer(true);
		connection.waiting = 70_000;
		expect([offer(false), offer(true)]).toEqual([false, false]);
		connection.waiting = 0;
		expect(offer(false)).toBe(false);
		expect(asked()).toBe(0);
		outbox.drained();
		expect(asked()).toBe(1);
		expect([offer(false), offer(true), offer(false)]).toEqual([false, true, true]);
		expect(outbox.dropped).toBe(4);
		outbox.drained();
		expect(asked()).toBe(1);
	});

	it.each([
		[100_000, 64 * 1024],
		[8_000_000, 250_000],
		[200_000_000, 1024 * 1024],
	])("waits for it, at %i bit/s, up to %i bytes", (bitrate, room) => {
		const { offer, connection } = setUp(bitrate);
		connection.waiting = room;
		expect(offer(true)).toBe(true);
		connection.waiting = room + 1;
		expect(offer(true)).toBe(false);
	});

	it("is given up when nothing is taken for long, not when it was only slow", () => {
		const { offer, outbox, connection, clock, stuck } = setUp();
		offer(true);
		connection.waiting = 70_000;
		offer(false);
		clock.advance(STUCK_LIMIT - 1);
		outbox.drained();
		clock.advance(STUCK_LIMIT);
		expect(stuck()).toBe(0);
		connection.waiting = 0;
		offer(true);
		connection.waiting = 70_000;
		offer(false);
		clock.advance(STUCK_LIMIT);
		expect(stuck()).toBe(1);
	});
});
