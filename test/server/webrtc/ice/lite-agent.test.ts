import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LiteAgent } from "../../../../server/webrtc/ice/lite-agent.ts";
import type { MediaPort } from "../../../../server/webrtc/ice/media-port.ts";
import type { PacketPath } from "../../../../server/webrtc/ice/path.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";
import {
	bindingRequest,
	genuineCheck,
	type IceClient,
	openMediaPort,
	tcpClient,
	udpClient,
} from "../../../support/ice-client.ts";

const DTLS = Buffer.from([22, 254, 253]);

describe("the ICE-lite agent", () => {
	let port: MediaPort;
	let agent: LiteAgent;
	let packets: Buffer[];
	let checks: number;
	let paths: (PacketPath | undefined)[];
	const clients: IceClient[] = [];

	async function client(address = "127.0.0.1") {
		const opened = await udpClient(port, address);
		clients.push(opened);
		return opened;
	}

	const sendOut = (byte: number) => agent.send(Buffer.from([byte]));

	beforeEach(async () => {
		packets = [];
		checks = 0;
		paths = [];
		port = await openMediaPort([], { clock: new FakeClock() });
		agent = new LiteAgent(port, {
			packet: (packet) => packets.push(packet),
			checked: () => {
				checks++;
			},
			path: (path) => paths.push(path),
		});
	});
	afterEach(async () => {
		for (const opened of clients.splice(0)) opened.close();
		agent.close();
		await port.close();
	});

	it("is to be found at each address with UDP and TCP, UDP and the first address preferred", () => {
		const ranked = agent.hosts.toSorted((a, b) => b.priority - a.priority);
		expect(ranked.map(({ transport, address }) => `${transport} ${address}`)).toEqual([
			"udp 127.0.0.1",
			"udp ::1",
			"tcp 127.0.0.1",
			"tcp ::1",
		]);
	});

	it("answers a check that knows the password", async () => {
		const viewer = await client();
		await viewer.send(genuineCheck(agent));
		await expect.poll(() => viewer.heard.map((packet) => packet.readUInt16BE(0))).toEqual([0x0101]);
		expect(checks).toBe(1);
	});

	it("gives a wrong password neither answer nor effect", async () => {
		const [stranger, friend] = [await client(), await client()];
		agent.setRemoteUfrag("them");
		const username = `${agent.ufrag}:them`;
		await stranger.send(bindingRequest({ username, password: "wrong", nominate: true }));
		await stranger.send(genuineCheck(agent, { username: `${agent.ufrag}:else`, nominate: true }));
		await stranger.send(DTLS);
		expect(agent.pathKind).toBeUndefined();
		await friend.send(genuineCheck(agent, { nominate: true }));
		await expect.poll(() => friend.heard).toHaveLength(1);
		await stranger.send(bindingRequest({ username, password: "wrong", nominate: true }));
		await friend.send(DTLS);
		await expect.poll(() => packets).toEqual([DTLS]);
		sendOut(1);
		await expect.poll(() => friend.heard).toHaveLength(2);
		expect(stranger.heard).toEqual([]);
		expect(checks).toBe(1);
	});

	it("sends over the first path that works, then over the one nominated", async () => {
		const [first, second] = [await client(), await client("::1")];
		await first.send(genuineCheck(agent));
		await expect.poll(() => agent.pathKind).toBe("udp4");
		await second.send(genuineCheck(agent, { nominate: true }));
		await expect.poll(() => agent.pathKind).toBe("udp6");
		expect(paths.map((path) => path?.datagram?.port)).toEqual([first.port, second.port]);
	});

	it("keeps the better of two nominated paths, and follows the viewer when it leaves that", async () => {
		const [better, worse] = [await client(), await client("::1")];
		await better.send(genuineCheck(agent, { priority: 900, nominate: true }));
		await expect.poll(() => better.heard).toHaveLength(1);
		await worse.send(genuineCheck(agent, { priority: 800, nominate: true }));
		await expect.poll(() => worse.heard).toHaveLength(1);
		expect(agent.pathKind).toBe("udp4");
		await better.send(genuineCheck(agent, { priority: 900, nominate: true }));
		await expect.poll(() => better.heard).toHaveLength(2);
		await worse.send(genuineCheck(agent, { priority: 800, nominate: true }));
		await expect.poll(() => worse.heard).toHaveLength(2);
		expect(agent.pathKind).toBe("udp4");
		await worse.send(genuineCheck(agent, { priority: 800, nominate: true }));
		await expect.poll(() => agent.pathKind).toBe("udp6");
	});

	it("serves the password over TCP and drops the path with the connection", async () => {
		const viewer = await tcpClient(port);
		await viewer.send(genuineCheck(agent, { nominate: true }));
		await expect.poll(() => viewer.heard).toHaveLength(1);
		expect(agent.pathKind).toBe("tcp4");
		viewer.close();
		await expect.poll(() => agent.pathKind).toBeUndefined();
		expect(paths.map((path) => path !== undefined)).toEqual([true, false]);
	});

	it("forgets the oldest paths of a viewer that comes from ever new ports, but not the one in use", async () => {
		const first = await client();
		await first.send(genuineCheck(agent, { priority: 900, nominate: true }));
		await expect.poll(() => first.heard).toHaveLength(1);
		const others = await Promise.all(Array.from({ length: 20 }, () => client()));
		for (const other of others) {
			await other.send(genuineCheck(agent));
			await expect.poll(() => other.heard).toHaveLength(1);
		}
		await others[0]?.send(Buffer.from([22, 0]));
		await others[19]?.send(Buffer.from([22, 1]));
		await first.send(DTLS);
		await expect.poll(() => packets).toEqual([Buffer.from([22, 1]), DTLS]);
	});
});
