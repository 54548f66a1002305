import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LiteAgent } from "../../../../server/webrtc/ice/lite-agent.ts";
import type { MediaPort } from "../../../../server/webrtc/ice/media-port.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";
import {
	genuineCheck,
	type IceClient,
	openMediaPort,
	tcpClient,
	udpClient,
} from "../../../support/ice-client.ts";

const dtls = (byte: number) => Buffer.from([22, byte]);
const clock = new FakeClock();

/** One viewer's agent, and what it heard. */
class Viewer {
	readonly heard: number[] = [];
	readonly agent: LiteAgent;
	pathLosses = 0;

	constructor(port: MediaPort) {
		this.agent = new LiteAgent(port, {
			packet: (packet) => this.heard.push(packet.readUInt8(1)),
			checked() {},
			path: (path) => {
				if (path === undefined) this.pathLosses++;
			},
		});
	}

	/** Sends a check and waits for the answer. */
	async checkFrom(client: IceClient, nominate = true): Promise<void> {
		const before = client.heard.length;
		await client.send(genuineCheck(this.agent, { nominate }));
		await expect.poll(() => client.heard.length).toBe(before + 1);
	}
}

describe("the media port", () => {
	let port: MediaPort;
	let dropped: string[];
	const clients: IceClient[] = [];

	async function kept<Client extends IceClient>(opening: Promise<Client>): Promise<Client> {
		const client = await opening;
		clients.push(client);
		return client;
	}

	beforeEach(async () => {
		dropped = [];
		port = await openMediaPort(dropped, { clock });
	});
	afterEach(async () => {
		for (const client of clients.splice(0)) client.close();
		await port.close();
	});

	it("has one number at all addresses, for UDP and TCP", () => {
		expect(port.hosts).toHaveLength(4);
		expect(new Set(port.hosts.map((host) => host.port)).size).toBe(1);
	});

	it("serves viewers over UDP, TCP and IPv6 at once, each its own packets", async () => {
		const viewers = Array.from({ length: 4 }, () => new Viewer(port));
		const ends = [
			await kept(udpClient(port)),
			await kept(udpClient(port)),
			await kept(tcpClient(port)),
			await kept(udpClient(port, "::1")),
		];
		for (const [i, viewer] of viewers.entries()) await viewer.checkFrom(ends[i] as IceClient);
		expect(viewers.map(({ agent }) => agent.pathKind)).toEqual(["udp4", "udp4", "tcp4", "udp6"]);
		for (const [i, end] of ends.entries()) await end.send(dtls(i));
		await expect.poll(() => viewers.map(({ heard }) => heard)).toEqual([[0], [1], [2], [3]]);
		for (const [i, { agent }] of viewers.entries()) agent.send(Buffer.from([i]));
		await expect
			.poll(() => ends.map(({ heard }) => heard.slice(1)))
			.toEqual([0, 1, 2, 3].map((i) => [Buffer.from([i])]));
		expect(dropped).toEqual([]);
	});

	it("follows a viewer whose network gives it another port", async () => {
		const viewer = new Viewer(port);
		const [before, after] = [await kept(udpClient(port)), await kept(udpClient(port))];
		await viewer.checkFrom(before);
		// The router forgot the old way: what comes from the new port means nothing before a check.
		await after.send(dtls(1));
		await viewer.checkFrom(after);
		await after.send(dtls(2));
		await expect.poll(() => viewer.heard).toEqual([2]);
		viewer.agent.send(Buffer.from([7]));
		await expect.poll(() => after.heard.at(-1)).toEqual(Buffer.from([7]));
		expect(before.heard).toHaveLength(1);
		expect(dropped).toEqual(["unknown-address"]);
	});

	it("gives an address to the viewer whose check came last, and tells the one before", async () => {
		const [old, young] = [new Viewer(port), new Viewer(port)];
		const first = await udpClient(port);
		await old.checkFrom(first);
		const number = first.port;
		first.close();
		const second = await kept(udpClient(port, "127.0.0.1", number));
		await young.checkFrom(second);
		await second.send(dtls(1));
		await expect.poll(() => young.heard).toEqual([1]);
		expect(old.heard).toEqual([]);
		expect(old.pathLosses).toBe(1);
		expect(old.agent.pathKind).toBeUndefined();
		old.agent.close();
		await second.send(dtls(2));
		await expect.poll(() => young.heard).toEqual([1, 2]);
	});

	it("knows nothing of a viewer any more whose agent has closed", async () => {
		const viewer = new Viewer(port);
		const [udp, tcp] = [await kept(udpClient(port)), await kept(tcpClient(port))];
		await viewer.checkFrom(udp);
		await viewer.checkFrom(tcp);
		const closed = once(tcp.socket, "close");
		viewer.agent.close();
		await closed;
		await udp.send(dtls(1));
		await udp.send(genuineCheck(viewer.agent));
		await expect.poll(() => dropped).toEqual(["unknown-address", "unknown-user"]);
		expect(viewer.heard).toEqual([]);
	});

	it("takes numbers of its range only, and says so when none is free", async () => {
		const taken = port.hosts[0]?.port ?? 0;
		const one = { portRange: [taken, taken] as const, clock };
		await expect(openMediaPort([], one)).rejects.toMatchObject({
			code: "no-address",
			message: expect.stringContaining(`port ${taken}`),
		});
		await port.close();
		const again = await openMediaPort([], one);
		expect(new Set(again.hosts.map((host) => host.port))).toEqual(new Set([taken]));
		await again.close();
	});

	it("takes another number of its range when one is used at any address", async () => {
		const number = port.hosts[0]?.port ?? 0;
		await port.close();
		const other = createSocket({ type: "udp6", ipv6Only: true });
		other.bind(number, "::1");
		await once(other, "listening");
		for (let i = 0; i < 5; i++) {
			const opened = await openMediaPort([], { portRange: [number, number + 3], clock });
			expect(opened.hosts.map((host) => host.port)).not.toContain(number);
			await opened.close();
		}
		other.close();
	});

	it("leaves out addresses that this machine does not have, and fails when none is left", async () => {
		const some = await openMediaPort([], { addresses: ["192.0.2.1", "127.0.0.1"], clock });
		expect(new Set(some.hosts.map((host) => host.address))).toEqual(new Set(["127.0.0.1"]));
		await some.close();
		await expect(openMediaPort([], { addresses: ["192.0.2.1"], clock })).rejects.toMatchObject({
			code: "no-address",
		});
	});

	it("closes more than once", async () => {
		await port.close();
		await port.close();
	});
});
