import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { crc32c, Event, type RTCDtlsTransport, RTCSctpTransport } from "werift";
import { DataChannel } from "../../../../server/webrtc/werift/data-channel.ts";

const STRING = 51;
const BINARY = 53;

/** A packet with a right checksum and any chunks (RFC 9260, 3). */
function sctpPacket(chunks: Uint8Array): Buffer {
	const packet = Buffer.concat([Buffer.from([0x13, 0x88, 0x13, 0x88, 0, 0, 0, 0, 0, 0, 0, 0]), chunks]);
	packet.writeUInt32LE(crc32c(packet), 8);
	return packet;
}

/** The far end: an SCTP client whose packets go straight to a channel. */
function farEnd(send: (packet: Buffer) => Promise<void>, mtu: number) {
	const bridge = {
		id: "far",
		iceTransport: { role: "controlling" },
		onStateChange: new Event<[string]>(),
		dataReceiver: (_packet: Buffer): void => {},
		sendData: send,
	};
	const transport = new RTCSctpTransport(5000, 65_536, { mtu });
	transport.setDtlsTransport(bridge as unknown as RTCDtlsTransport);
	// The library takes its receiver away when it stops.
	const receive = (packet: Buffer) =>
		(bridge.dataReceiver as typeof bridge.dataReceiver | undefined)?.(packet);
	return { transport, receive };
}

describe("the data channel", () => {
	let channel: DataChannel;
	let far: ReturnType<typeof farEnd>;
	let events: string[];
	let messages: number[];
	/** A message of this length meets a mistake of ours. */
	const MISTAKEN = 13;

	async function open(mtu = 1191): Promise<void> {
		events = [];
		messages = [];
		channel = new DataChannel({
			opened: () => events.push("opened"),
			message: (data) => {
				messages.push(data.length);
				if (data.length === MISTAKEN) throw new TypeError("a mistake of ours");
			},
			unreadable: () => events.push("unreadable"),
			closed: (reason) => events.push(reason),
			failed: (error) => events.push(String(error)),
			send: async (packet) => void setImmediate(() => far.receive(packet)),
		});
		far = farEnd(async (packet) => void setImmediate(() => channel.packet(packet)), mtu);
		channel.start(5000);
		await far.transport.start(5000);
		await expect.poll(() => events).toEqual(["opened"]);
	}

	beforeEach(() => open());
	afterEach(async () => {
		await channel.close();
		await far.transport.stop();
	});

	it("announces itself as `input`, ordered and reliable", async () => {
		await expect
			.poll(() => far.transport.channelByLabel("input"))
			.toMatchObject({
				ordered: true,
				maxRetransmits: null,
				maxPacketLifeTime: null,
				id: 1,
			});
	});

	it("takes text and binary messages in order, up to 64 KiB", async () => {
		const { sctp } = far.transport;
		for (const size of [1, 65_536, 2]) await sctp.send(1, BINARY, Buffer.alloc(size));
		await sctp.send(1, STRING, Buffer.from("abc"));
		await expect.poll(() => messages).toEqual([1, 65_536, 2, 3]);
	});

	it("tells a mistake of our own, which is no malformed packet", async () => {
		await far.transport.sctp.send(1, BINARY, Buffer.alloc(MISTAKEN));
		await expect.poll(() => events).toEqual(["opened", "TypeError: a mistake of ours"]);
	});

	it("drops and counts messages that are too long, of unknown kind or on another stream", async () => {
		const { sctp } = far.transport;
		await sctp.send(1, BINARY, Buffer.alloc(65_537));
		await sctp.send(1, 99, Buffer.alloc(1));
		await sctp.send(2, BINARY, Buffer.alloc(1));
		await sctp.send(1, BINARY, Buffer.alloc(7));
		await expect.poll(() => messages).toEqual([7]);
		expect(channel.dropped).toBe(3);
		expect(events).toEqual(["opened", "unreadable", "unreadable", "unreadable"]);
	});

	it("sends messages, and drops them while too many wait", async () => {
		const heard: number[] = [];
		await expect.poll(() => far.transport.channelByLabel("input")).toBeDefined();
		far.transport.channelByLabel("input")?.onMessage.subscribe((data) => heard.push(data.length));
		for (let i = 0; i < 8; i++) channel.send(Buffer.alloc(60_000));
		expect(channel.dropped).toBe(4);
		await expect.poll(() => heard, { timeout: 5000 }).toEqual([60_000, 60_000, 60_000, 60_000]);
	});

	it("ends with a viewer that leaves too much unfinished", async () => {
		await channel.close();
		await far.transport.stop();
		await open(100);
		void far.transport.sctp.send(1, BINARY, Buffer.alloc(1_000_000));
		await expect.poll(() => events, { timeout: 5000 }).toEqual(["opened", "data-failed"]);
	});

	it("says when the other side ends the association", async () => {
		await far.transport.stop();
		await expect.poll(() => events).toEqual(["opened", "left"]);
		channel.send(Buffer.alloc(1));
		expect(channel.dropped).toBe(1);
	});

	it("survives any bytes", async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (bytes, isSctp) =>
				channel.packet(isSctp ? sctpPacket(bytes) : Buffer.from(bytes)),
			),
			{ numRuns: 500 },
		);
		await far.transport.sctp.send(1, BINARY, Buffer.alloc(5));
		await expect.poll(() => messages).toEqual([5]);
	});
});
