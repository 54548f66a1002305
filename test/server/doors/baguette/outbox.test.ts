import { beforeEach, describe, expect, it } from "vitest";
import { NewestOutbox, ReferenceOutbox } from "../../../../server/doors/baguette/outbox.ts";

/** A client that reads when the test says so. */
class SlowSocket {
	readonly waiting: { data: Uint8Array; sent: () => void }[] = [];

	get bufferedAmount(): number {
		return this.waiting.reduce((sum, { data }) => sum + data.length, 0);
	}

	send(data: Uint8Array, _options: { binary: true }, sent: () => void): void {
		this.waiting.push({ data, sent });
	}

	/** The client takes what is first. */
	take(): Uint8Array | undefined {
		const first = this.waiting.shift();
		first?.sent();
		return first?.data;
	}
}

let socket: SlowSocket;
beforeEach(() => {
	socket = new SlowSocket();
});
const picture = (number: number, length = 10) => new Uint8Array(length).fill(number);

describe("pictures that others refer to", () => {
	it("all wait, up to the bound, and then none comes any more", () => {
		let overruns = 0;
		const outbox = new ReferenceOutbox(socket, () => overruns++, 30);
		for (let number = 1; number <= 3; number++) outbox.send(picture(number));
		expect([socket.waiting.length, overruns]).toEqual([3, 0]);
		outbox.send(picture(4));
		expect(overruns).toBe(1);
		while (socket.waiting.length > 0) socket.take();
		outbox.send(picture(5));
		expect([socket.waiting.length, overruns]).toEqual([0, 1]);
	});
});

describe("pictures that stand alone", () => {
	it("wait for the one that is on its way, and only the newest does", () => {
		const outbox = new NewestOutbox(socket, 1000);
		for (let number = 1; number <= 5; number++) outbox.send(picture(number));
		expect(socket.waiting.map(({ data }) => data[0])).toEqual([1]);
		expect([socket.take()?.[0], socket.take()?.[0], socket.take()]).toEqual([1, 5, undefined]);
		outbox.send(picture(6));
		expect(socket.take()?.[0]).toBe(6);
	});

	it("are never more than the bound together, whatever else waits", () => {
		const outbox = new NewestOutbox(socket, 100);
		outbox.send(picture(1, 101));
		expect(socket.waiting).toHaveLength(0);
		socket.waiting.push({ data: picture(9, 95), sent() {} });
		outbox.send(picture(2));
		expect(socket.waiting).toHaveLength(1);
		socket.take();
		outbox.send(picture(3));
		expect(socket.take()?.[0]).toBe(3);
	});
});
