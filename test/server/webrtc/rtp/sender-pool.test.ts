import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { RtpPacket, SrtcpSession, SrtpSession } from "werift";
import { loadAddon } from "../../../../server/native/load.ts";
import type { DatagramSocket, PacketPath } from "../../../../server/webrtc/ice/path.ts";
import type { Feed, Sender } from "../../../../server/webrtc/rtp/sender.ts";
import { SenderPool } from "../../../../server/webrtc/rtp/sender-pool.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";
import { accessUnit, OPEN_PACE } from "../../../support/sender-lab.ts";

const LOOPBACK = "127.0.0.1";
const keys = { profile: "AEAD_AES_128_GCM", key: Buffer.alloc(16, 1), salt: Buffer.alloc(12, 2) } as const;
const sessionKeys = {
	localMasterKey: keys.key,
	localMasterSalt: keys.salt,
	remoteMasterKey: keys.key,
	remoteMasterSalt: keys.salt,
};

interface Came {
	readonly packet: Buffer;
	readonly address: string;
	readonly port: number;
}

let pool: SenderPool;
let socket: DatagramSocket;
let feed: Feed;
/** What came to the pool's socket and was told. */
let told: Came[];
let tell: () => void;

beforeEach(async () => {
	pool = new SenderPool(loadAddon(), () => expect.unreachable("nobody is busy"));
	told = [];
	tell = () => {};
	socket = await pool.openSocket(LOOPBACK, 0, {
		packet(packet, address, port) {
			told.push({ packet, address, port });
			tell();
		},
	});
	feed = pool.openFeed();
});

afterEach(() => pool.close());

async function arrival(count: number): Promise<void> {
	while (told.length < count) {
		await new Promise<void>((resolve) => {
			tell = resolve;
		});
	}
}

/** A viewer's end: a real socket, and another implementation's SRTP. */
class Viewer {
	readonly sender: Sender;
	readonly packets: Buffer[] = [];
	keyframesNeeded = 0;
	heard = 0;
	failed = 0;
	readonly #ssrc: number;
	readonly #socket: Socket;
	readonly #srtp = new SrtpSession({ profile: 7, keys: sessionKeys });
	readonly #srtcp = new SrtcpSession({ profile: 7, keys: sessionKeys });
	#changed = () => {};

	private constructor(udp: Socket, ssrc: number) {
		this.#socket = udp;
		this.#ssrc = ssrc;
		this.sender = pool.openSender({
			parameters: {
				payloadType: 102,
				ssrc,
				retransmission: { payloadType: 103, ssrc: ssrc + 1 },
				extensions: { transportSequence: 2, playoutDelay: 3, captureTime: 4 },
				mid: "0",
				cname: "lab",
				clockOrigin: 4000,
			},
			keys: { local: keys, remote: keys },
			pace: OPEN_PACE,
			events: {
				keyframeNeeded: () => {
					this.keyframesNeeded++;
					this.#changed();
				},
				heard: () => {
					this.heard++;
					this.#changed();
				},
				feedback() {},
				followed() {},
				failed: () => void this.failed++,
			},
		});
		udp.on("message", (packet) => {
			this.packets.push(packet);
			this.#changed();
		});
	}

	static async open(ssrc = 0x1000): Promise<Viewer> {
		const udp = createSocket("udp4");
		udp.bind(0, LOOPBACK);
		await once(udp, "listening");
		onTestFinished(() => void udp.close());
		return new Viewer(udp, ssrc);
	}

	get port(): number {
		return this.#socket.address().port;
	}

	path(): PacketPath {
		return {
			send: () => expect.unreachable("the pool sends by itself"),
			queuedBytes: () => 0,
			datagram: { socket, address: LOOPBACK, port: this.port },
		};
	}

	/** Media packets that have come, once there are so many. */
	async media(count: number): Promise<RtpPacket[]> {
		await this.until(() => this.#rtp().length >= count);
		return this.#rtp()
			.splice(0)
			.map((packet) => RtpPacket.deSerialize(this.#srtp.decrypt(packet)));
	}

	async until(holds: () => boolean): Promise<void> {
		while (!holds()) {
			await new Promise<void>((resolve) => {
				this.#changed = resolve;
			});
		}
	}

	/** Sends as it is. */
	sendRaw(packet: Buffer): void {
		this.#socket.send(packet, socket.port, LOOPBACK);
	}

	/** Sends a plain RTCP packet, protected. */
	feedback(kind: string, rest = ""): Buffer {
		const ssrc = this.#ssrc.toString(16).padStart(8, "0");
		const packet = this.#srtcp.encrypt(Buffer.from(`${kind}00000001${ssrc}${rest}`, "hex"));
		this.sendRaw(packet);
		return packet;
	}

	#rtp(): Buffer[] {
		return this.packets.filter((packet) => {
			const type = packet.readUInt8(1);
			return type < 192 || type > 223;
		});
	}
}

describe("a native pool on the network", () => {
	it("sends each viewer all packets of a picture, in order, each as a datagram of its own", async () => {
		const viewers = await Promise.all(Array.from({ length: 40 }, (_, i) => Viewer.open(0x1000 + 2 * i)));
		for (const { sender, path } of viewers.map((viewer) => ({
			sender: viewer.sender,
			path: viewer.path(),
		}))) {
			sender.setPath(path);
			sender.follow(feed);
		}
		feed.push(accessUnit(true, 20_000), 3000);
		feed.push(accessUnit(false, 9_000), 6000);
		for (const viewer of viewers) {
			const rtp = await viewer.media(26);
			const first = rtp[0]?.header.sequenceNumber ?? 0;
			expect(rtp.map(({ header }) => (header.sequenceNumber - first) & 0xffff)).toEqual([
				...Array(26).keys(),
			]);
			expect(rtp.map(({ header }) => header.marker)).toEqual(rtp.map((_, i) => i === 17 || i === 25));
		}
	});

	it("answers a viewer's NACK and wish for a keyframe without asking JavaScript", async () => {
		const viewer = await Viewer.open();
		viewer.sender.setPath(viewer.path());
		viewer.sender.follow(feed);
		feed.push(accessUnit(true, 3000), 3000);
		const [lost] = await viewer.media(3);
		const before = viewer.keyframesNeeded;
		viewer.feedback("81cd0003", `${lost?.header.sequenceNumber.toString(16).padStart(4, "0")}0000`);
		const again = (await viewer.media(4)).at(-1);
		expect(again?.header.ssrc).toBe(0x1001);
		expect(again?.payload.subarray(2)).toEqual(lost?.payload);
		viewer.feedback("81ce0002");
		await viewer.until(() => viewer.keyframesNeeded > before);
		expect(viewer.heard).toBeGreaterThan(0);
		expect(viewer.sender.stats()).toMatchObject({ nacks: 1, retransmitted: 1, keyframeRequests: 1 });
		expect(told).toEqual([]);
	});

	it("tells JavaScript of everything else, with the address it came from", async () => {
		const viewer = await Viewer.open();
		const stranger = await Viewer.open(0x2000);
		viewer.sender.setPath(viewer.path());
		const stun = Buffer.from("000100002112a442000102030405060708090a0b", "hex");
		viewer.sendRaw(stun);
		await arrival(1);
		const strange = stranger.feedback("81ce0002");
		await arrival(2);
		expect(told).toEqual([
			{ packet: stun, address: LOOPBACK, port: viewer.port },
			{ packet: strange, address: LOOPBACK, port: stranger.port },
		]);
		expect(stranger.sender.receive(strange)).toBe(true);
		expect(stranger.sender.receive(strange)).toBe(false);
	});

	it("drops RTCP that is forged, repeated or none of the sender's", async () => {
		const viewer = await Viewer.open();
		viewer.sender.setPath(viewer.path());
		viewer.sender.follow(feed);
		const genuine = viewer.feedback("81ce0002");
		await viewer.until(() => viewer.heard === 1);
		const forged = Buffer.from(genuine);
		forged.writeUInt8(forged.readUInt8(9) ^ 1, 9);
		for (const packet of [genuine, forged, genuine.subarray(0, 9), Buffer.alloc(1500, 0x81)])
			viewer.sendRaw(packet);
		viewer.sendRaw(Buffer.from([0x16]));
		await arrival(1);
		expect(told).toHaveLength(1);
		expect(viewer.sender.stats().keyframeRequests).toBe(1);
	});

	it("goes on with its numbers when a viewer's path changes, also over JavaScript", async () => {
		const viewer = await Viewer.open();
		const bridged: Buffer[] = [];
		const other = await Viewer.open(0x2000);
		viewer.sender.follow(feed);
		viewer.sender.setPath(viewer.path());
		feed.push(accessUnit(true), 1500);
		viewer.sender.setPath({
			send: (packet) => void bridged.push(packet),
			queuedBytes: () => 0,
		});
		feed.push(accessUnit(false), 3000);
		pool.settle();
		viewer.sender.setPath(other.path());
		feed.push(accessUnit(false), 4500);
		viewer.sender.setPath(undefined);
		feed.push(accessUnit(false), 6000);
		viewer.sender.setPath(viewer.path());
		feed.push(accessUnit(false), 7500);
		const [first, last] = await viewer.media(2);
		const [third] = await other.media(1);
		const sequence = first?.header.sequenceNumber ?? 0;
		expect(bridged).toHaveLength(1);
		expect(bridged[0]?.readUInt16BE(2)).toBe((sequence + 1) & 0xffff);
		expect(third?.header.sequenceNumber).toBe((sequence + 2) & 0xffff);
		expect(last?.header.sequenceNumber).toBe((sequence + 4) & 0xffff);
	});

	it("is not held up by a viewer that nobody is at any more", async () => {
		const there = await Viewer.open();
		const gone = await Viewer.open(0x2000);
		const closed = createSocket("udp4").bind(0, LOOPBACK);
		await once(closed, "listening");
		const { port } = closed.address();
		closed.close();
		gone.sender.setPath({ ...gone.path(), datagram: { socket, address: LOOPBACK, port } });
		there.sender.setPath(there.path());
		for (const { sender } of [gone, there]) sender.follow(feed);
		for (let i = 0; i < 50; i++) feed.push(accessUnit(i === 0), i * 1500);
		expect(await there.media(50)).toHaveLength(50);
	});

	it("keeps a bounded number of packets for a JavaScript that is busy, and counts the others", () => {
		const busy = new (loadAddon().RtpPool)({ onEvents() {}, onEnd() {} });
		onTestFinished(() => busy.close());
		const { port } = busy.openSocket(LOOPBACK, 0);
		for (let i = 0; i < 5000; i++) {
			socket.send(Buffer.from([0, i >> 8, i & 0xff]), LOOPBACK, port);
			// Nothing is lost in the system.
			if (i % 50 === 49) busy.settle();
		}
		const { packets, dropped } = busy.take() ?? {};
		expect(packets).toHaveLength(4096);
		expect(packets?.at(-1)).toEqual(Buffer.from([0, 4095 >> 8, 4095 & 0xff]));
		expect(dropped).toBe(5000 - 4096);
	});

	it("sends what JavaScript gives it, and leaves the memory alone", async () => {
		const viewer = await Viewer.open();
		const packet = Buffer.from("01010000 is a packet");
		socket.send(packet, LOOPBACK, viewer.port);
		packet.fill(0);
		await viewer.until(() => viewer.packets.length === 1);
		expect(viewer.packets[0]?.toString()).toBe("01010000 is a packet");
		expect(() => socket.send(packet, "no address", 1)).not.toThrow();
	});
});

describe("a pool with an error of its own", () => {
	const { RtpPool } = loadAddon();
	const failure = { code: "sender-failed", message: "It is of no use any more." };
	let ends: ((end: typeof failure) => void)[];
	let crafted: ReturnType<InstanceType<typeof RtpPool>["take"]>;
	let failures: (typeof failure)[];
	let clock: FakeClock;

	/** The addon's pool, of which the test tells what happened to it. */
	class Pool extends RtpPool {
		constructor(options: ConstructorParameters<typeof RtpPool>[0]) {
			super(options);
			ends.push(options.onEnd);
		}

		override take() {
			const taken = crafted ?? super.take();
			crafted = undefined;
			return taken;
		}
	}

	beforeEach(async () => {
		await pool.close();
		clock = new FakeClock();
		ends = [];
		failures = [];
		pool = new SenderPool(
			{ RtpPool: Pool },
			() => {},
			(end) => failures.push(end),
			clock,
		);
		socket = await pool.openSocket(LOOPBACK, 0, { packet() {} });
		feed = pool.openFeed();
	});

	it("ends the sender that had it, and no other", async () => {
		const [broken, whole] = [await Viewer.open(), await Viewer.open(0x2000)];
		for (const { sender } of [broken, whole]) sender.follow(feed);
		whole.sender.setPath(whole.path());
		crafted = {
			numbers: Float64Array.of(7, broken.sender.id),
			packets: [],
			addresses: [],
			failures: [failure],
			dropped: 0,
		};
		pool.settle();
		expect(failures).toEqual([failure]);
		expect([broken.failed, whole.failed]).toEqual([1, 0]);
		feed.push(accessUnit(true), 0);
		await whole.media(1);
	});

	it("begins anew at the same port, and viewers that connect again get what the feed goes on with", async () => {
		const before = await Viewer.open();
		ends[0]?.(failure);
		expect(failures).toEqual([failure]);
		expect(before.failed).toBe(1);
		before.sender.close();
		expect(ends).toHaveLength(2);
		const after = await Viewer.open(0x3000);
		after.sender.setPath(after.path());
		after.sender.follow(feed);
		feed.push(accessUnit(true), 0);
		await after.media(1);
		expect(after.failed).toBe(0);
	});

	it("pauses before it begins anew once more, and tells the viewers then", async () => {
		ends[0]?.(failure);
		clock.advance(9_000);
		const viewer = await Viewer.open();
		ends[1]?.(failure);
		expect(failures).toEqual([failure, failure]);
		clock.advance(9_999);
		expect([ends.length, viewer.failed]).toEqual([2, 0]);
		clock.advance(1);
		expect([ends.length, viewer.failed]).toEqual([3, 1]);
		clock.advance(10_000);
		ends[2]?.(failure);
		expect(ends).toHaveLength(4);
		ends[3]?.(failure);
		await pool.close();
		expect(clock.pending).toBe(0);
	});
});

describe("a native pool's sockets", () => {
	it("have a port, which is free again after closing, and refuse one that is taken", async () => {
		const taken = pool.openSocket(LOOPBACK, socket.port, { packet() {} });
		await expect(taken).rejects.toMatchObject({ code: "EADDRINUSE" });
		await expect(pool.openSocket("192.0.2.1", 0, { packet() {} })).rejects.toMatchObject({
			code: "EADDRNOTAVAIL",
		});
		await socket.close();
		await socket.close();
		// A program that a test beside this one starts has the socket too, until it runs.
		const again = await vi.waitFor(() => pool.openSocket(LOOPBACK, socket.port, { packet() {} }), 10_000);
		expect(again.port).toBe(socket.port);
	});

	it("are there for IPv6 too", async () => {
		const other = await pool.openSocket("::1", socket.port, { packet() {} });
		const far = createSocket("udp6").bind(0, "::1");
		await once(far, "listening");
		onTestFinished(() => void far.close());
		other.send(Buffer.from("hello"), "::1", far.address().port);
		const [packet] = await once(far, "message");
		expect(String(packet)).toBe("hello");
	});

	it("may be closed with the pool, twice, and calls afterwards do nothing", async () => {
		const viewer = await Viewer.open();
		viewer.sender.setPath(viewer.path());
		await pool.close();
		await pool.close();
		await socket.close();
		feed.push(accessUnit(true), 1);
		viewer.sender.follow(feed);
		viewer.sender.setPath(viewer.path());
		viewer.sender.report();
		viewer.sender.close();
		expect(viewer.sender.stats().packets).toBe(0);
		expect(viewer.sender.receive(Buffer.alloc(40))).toBe(false);
		await expect(pool.openSocket(LOOPBACK, 0, { packet() {} })).rejects.toMatchObject({
			code: "pool-closed",
		});
	});
});
