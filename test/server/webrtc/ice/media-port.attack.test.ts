import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LiteAgent } from "../../../../server/webrtc/ice/lite-agent.ts";
import type { MediaPort } from "../../../../server/webrtc/ice/media-port.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";
import {
	bindingRequest,
	genuineCheck,
	type IceClient,
	openMediaPort,
	tcpClient,
	udpClient,
} from "../../../support/ice-client.ts";

/** A client hello's first bytes, as far as they tell what it is. */
const CLIENT_HELLO = Buffer.from("16fefd0000000000000000002a010000", "hex");

describe("the media port under attack", () => {
	let port: MediaPort;
	let agent: LiteAgent;
	let dropped: string[];
	let heard: Buffer[];
	let clock: FakeClock;
	const clients: IceClient[] = [];

	async function kept<Client extends IceClient>(opening: Promise<Client>): Promise<Client> {
		const client = await opening;
		clients.push(client);
		return client;
	}
	const newAgent = () =>
		new LiteAgent(port, { packet: (packet) => heard.push(packet), checked() {}, path() {} });
	const count = (reason: string) => dropped.filter((one) => one === reason).length;
	const wrong = (of: LiteAgent = agent) =>
		bindingRequest({ username: `${of.ufrag}:them`, password: "wrong", nominate: true });

	beforeEach(async () => {
		dropped = [];
		heard = [];
		clock = new FakeClock();
		port = await openMediaPort(dropped, { clock });
		agent = newAgent();
	});
	afterEach(async () => {
		for (const client of clients.splice(0)) client.close();
		await port.close();
	});

	it("verifies no check for users that it does not know", async () => {
		const stranger = await kept(udpClient(port));
		for (let i = 0; i < 300; i++) {
			await stranger.send(bindingRequest({ username: `nobody${i}:them`, password: agent.password }));
		}
		await expect.poll(() => count("unknown-user")).toBe(300);
		expect(dropped).toHaveLength(300);
		expect(stranger.heard).toEqual([]);
	});

	it("soon stops verifying for a network that guesses, and starts again later", async () => {
		const stranger = await kept(udpClient(port));
		for (let i = 0; i < 300; i++) await stranger.send(wrong());
		await expect.poll(() => dropped).toHaveLength(300);
		expect(count("wrong-password")).toBe(20);
		expect(count("too-many-checks")).toBe(280);
		clock.advance(10_000);
		await stranger.send(genuineCheck(agent));
		await expect.poll(() => stranger.heard).toHaveLength(1);
	});

	it("hinders neither a viewer that is there nor one that joins", async () => {
		const friend = await kept(udpClient(port));
		await friend.send(genuineCheck(agent, { nominate: true }));
		await expect.poll(() => friend.heard).toHaveLength(1);
		const stranger = await kept(udpClient(port));
		for (let i = 0; i < 300; i++) await stranger.send(wrong());
		await expect.poll(() => count("too-many-checks")).toBe(280);
		for (let i = 0; i < 50; i++) await friend.send(genuineCheck(agent));
		await expect.poll(() => friend.heard).toHaveLength(51);
		// Behind the same router as the one that guesses, and for the same agent from another network.
		const [neighbour, elsewhere, newcomer] = [
			await kept(udpClient(port)),
			await kept(udpClient(port, "::1")),
			newAgent(),
		];
		await neighbour.send(genuineCheck(newcomer, { nominate: true }));
		await expect.poll(() => newcomer.pathKind).toBe("udp4");
		await elsewhere.send(genuineCheck(agent, { priority: 200, nominate: true }));
		await expect.poll(() => agent.pathKind).toBe("udp6");
	});

	it("answers a viewer's own checks no more often than is of use", async () => {
		const viewer = await kept(udpClient(port));
		for (let i = 0; i < 1100; i++) await viewer.send(genuineCheck(agent));
		await expect.poll(() => viewer.heard.length + dropped.length, { timeout: 5000 }).toBe(1100);
		expect(viewer.heard).toHaveLength(1001);
		expect(count("too-many-checks")).toBe(99);
	});

	it("lets no handshake in from where no good check came", async () => {
		const stranger = await kept(udpClient(port));
		await stranger.send(CLIENT_HELLO);
		await stranger.send(wrong());
		await stranger.send(CLIENT_HELLO);
		await expect.poll(() => dropped).toEqual(["unknown-address", "wrong-password", "unknown-address"]);
		expect(heard).toEqual([]);
		await stranger.send(genuineCheck(agent));
		await stranger.send(CLIENT_HELLO);
		await expect.poll(() => heard).toEqual([CLIENT_HELLO]);
	});

	it.each([
		["udp", udpClient],
		["tcp", tcpClient],
	])(
		"tells a viewer's peer over %s of what is no packet of its, so that it can be bounded",
		async (_, open) => {
			const friend = await kept<IceClient>(open(port));
			await friend.send(genuineCheck(agent, { nominate: true }));
			await expect.poll(() => friend.heard).toHaveLength(1);
			const indication = Buffer.from("001100002112a442000102030405060708090a0b", "hex");
			for (const packet of [Buffer.from([5]), Buffer.alloc(0), indication]) await friend.send(packet);
			await expect.poll(() => heard.map(({ length }) => length)).toEqual([1, 0, 20]);
		},
	);

	it("drops STUN that is malformed or no check", async () => {
		const stranger = await kept(udpClient(port));
		const good = genuineCheck(agent);
		const bad = [
			good.subarray(0, 30),
			Buffer.concat([good, Buffer.alloc(4)]),
			// An attribute that says it is longer than the packet, and one that has no integrity.
			Buffer.concat([good.subarray(0, 22), Buffer.from([0xff, 0xff]), good.subarray(24)]),
			Buffer.concat([Buffer.from([0, 1, 0, 0]), good.subarray(4, 20)]),
			bindingRequest({ username: `${agent.ufrag}:${"x".repeat(600)}`, password: agent.password }),
			bindingRequest({ username: "x".repeat(60_000), password: agent.password }),
			// A binding indication.
			Buffer.concat([Buffer.from([0, 0x11]), good.subarray(2)]),
		];
		for (const packet of bad) await stranger.send(packet);
		await stranger.send(Buffer.alloc(0));
		await expect.poll(() => dropped).toHaveLength(8);
		expect(count("malformed")).toBe(7);
		await stranger.send(good);
		await expect.poll(() => stranger.heard).toHaveLength(1);
	});

	describe("over TCP", () => {
		const accepted = async (): Promise<boolean> => {
			const viewer = await kept(tcpClient(port));
			await viewer.send(genuineCheck(agent));
			await expect.poll(() => viewer.heard).toHaveLength(1);
			return !viewer.socket.destroyed;
		};

		it("ends connections that send nothing or only half a frame, but not a viewer's", async () => {
			const [silent, half, viewer] = await Promise.all([0, 1, 2].map(() => kept(tcpClient(port))));
			half?.socket.write(Buffer.from([0x01, 0x00, 0x05]));
			await viewer?.send(genuineCheck(agent));
			await expect.poll(() => viewer?.heard).toHaveLength(1);
			const closed = Promise.all([silent, half].map((client) => client && once(client.socket, "close")));
			clock.advance(5_000);
			await closed;
			expect(dropped).toEqual(["idle-connection", "idle-connection"]);
			clock.advance(60_000);
			await viewer?.send(genuineCheck(agent));
			await expect.poll(() => viewer?.heard).toHaveLength(2);
		});

		it("ends a connection that sends empty frames before a good check", async () => {
			const stranger = await kept(tcpClient(port));
			const ended = once(stranger.socket, "close");
			stranger.socket.write(Buffer.alloc(64 * 1024));
			await ended;
			expect(dropped).toEqual(["unknown-address"]);
		});

		it("ends a connection that sends no frames, a bad check, or anything before a good one", async () => {
			for (const [bytes, reason] of [
				[Buffer.from("GET / HTTP/1.1\r\n\r\n"), "bad-frame"],
				[Buffer.concat([Buffer.from([0, CLIENT_HELLO.length]), CLIENT_HELLO]), "unknown-address"],
				[Buffer.concat([Buffer.from([0, wrong().length]), wrong()]), "wrong-password"],
			] as const) {
				const client = await kept(tcpClient(port));
				const closed = once(client.socket, "close");
				client.socket.write(bytes);
				await closed;
				expect(dropped.splice(0)).toEqual([reason]);
			}
			expect(heard).toEqual([]);
		});

		it("keeps so many connections of strangers, the newest, and viewers still come in", async () => {
			const viewer = await kept(tcpClient(port));
			await viewer.send(genuineCheck(agent));
			await expect.poll(() => viewer.heard).toHaveLength(1);
			const strangers: { socket: Socket }[] = [];
			for (let i = 0; i < 100; i++) strangers.push(await kept(tcpClient(port)));
			await expect.poll(() => count("crowded")).toBe(100 - 64);
			await expect.poll(() => strangers.filter(({ socket }) => socket.destroyed)).toHaveLength(36);
			expect(strangers.findIndex(({ socket }) => !socket.destroyed)).toBe(36);
			expect(await accepted()).toBe(true);
			expect(viewer.socket.destroyed).toBe(false);
		});

		it("closes with connections open", async () => {
			const { address = "", port: number = 0 } =
				port.hosts.find(({ transport }) => transport === "tcp") ?? {};
			const socket = connect({ host: address, port: number });
			await once(socket, "connect");
			const closed = once(socket, "close");
			await port.close();
			await closed;
		});
	});
});
