import { beforeEach, describe, expect, it } from "vitest";
import { Outbox } from "../../../../server/gateways/baguette/stream-client.ts";
import { settled } from "../../../fakes/fake-clock.ts";

/** A client that reads when the test says so. */
class SlowSocket {
	readonly waiting: { data: Uint8Array; sent: () => void }[] = [];

	get bufferedAmount(): number {
		return this.waiting.reduce((sum, { data }) => sum + data.length, 0);
	}

	send(data: string | Uint8Array, ...more: [{ binary: true }, () => void] | [() => void]): void {
		const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
		this.waiting.push({ data: bytes, sent: more.at(-1) as () => void });
	}

	/** The client takes what is first. */
	take(): Uint8Array | undefined {
		const first = this.waiting.shift();
		first?.sent();
		return first?.data;
	}
}

let socket: SlowSocket;
let overruns: number;
let outbox: Outbox;
beforeEach(() => {
	socket = new SlowSocket();
	overruns = 0;
	outbox = new Outbox(socket, () => overruns++, { references: 30, screenshots: 100 });
});
const frame = (number: number, length = 10) => new Uint8Array(length).fill(number);

describe("what waits for a client", () => {
	it("is every picture that others refer to, up to the bound, and then none comes any more", () => {
		for (let number = 1; number <= 3; number++) outbox.reference(frame(number));
		expect([socket.waiting.length, overruns]).toEqual([3, 0]);
		outbox.reference(frame(4));
		expect(overruns).toBe(1);
		while (socket.waiting.length > 0) socket.take();
		outbox.reference(frame(5));
		expect([socket.waiting.length, overruns]).toEqual([0, 1]);
	});

	it("is so many answers, and then nothing comes any more", () => {
		outbox = new Outbox(socket, () => overruns++);
		for (let number = 0; number < 256; number++) outbox.answer("{}");
		expect([socket.waiting.length, overruns]).toEqual([256, 0]);
		socket.take();
		outbox.answer("{}");
		expect(overruns).toBe(0);
		outbox.answer("{}");
		outbox.answer("{}");
		expect([socket.waiting.length, overruns]).toEqual([256, 1]);
	});

	it("is one screenshot, after which the next is made when it was taken", async () => {
		let taken = false;
		const sending = outbox.screenshot(frame(1)).then(() => {
			taken = true;
		});
		await settled();
		expect([taken, socket.waiting.length]).toEqual([false, 1]);
		socket.take();
		await sending;
		expect(taken).toBe(true);
	});

	it("is no screenshot that is too much, by itself or with all else", async () => {
		await outbox.screenshot(frame(1, 101));
		socket.waiting.push({ data: frame(9, 95), sent() {} });
		await outbox.screenshot(frame(2));
		expect(socket.waiting.map(({ data }) => data[0])).toEqual([9]);
	});
});
