import { createHmac, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LiteAgent } from "../../../../server/webrtc/ice/lite-agent.ts";

const DTLS = Buffer.from([22, 254, 253]);

/** A binding request with USERNAME, PRIORITY, perhaps USE-CANDIDATE, and MESSAGE-INTEGRITY. */
function check(options: {
	username: string;
	password: string;
	priority?: number;
	nominate?: boolean;
}): Buffer {
	const name = Buffer.from(options.username);
	const priority = Buffer.alloc(4);
	priority.writeUInt32BE(options.priority ?? 100);
	const attributes = [attribute(0x0006, name), attribute(0x0024, priority)];
	if (options.nominate) attributes.push(attribute(0x0025, Buffer.alloc(0)));
	const body = Buffer.concat(attributes);
	const header = Buffer.alloc(20);
	header.writeUInt16BE(1, 0);
	header.writeUInt16BE(body.length + 24, 2);
	header.writeUInt32BE(0x2112a442, 4);
	randomBytes(12).copy(header, 8);
	const covered = Buffer.concat([header, body]);
	return Buffer.concat([
		covered,
		attribute(0x0008, createHmac("sha1", options.password).update(covered).digest()),
	]);
}

function attribute(type: number, value: Buffer): Buffer {
	const out = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
	out.writeUInt16BE(type, 0);
	out.writeUInt16BE(value.length, 2);
	value.copy(out, 4);
	return out;
}

describe("the ICE-lite agent", () => {
	let agent: LiteAgent;
	let packets: Buffer[];
	let checks: number;
	const clients: Client[] = [];

	/** A UDP socket of a viewer that notes what comes back. */
	class Client {
		readonly heard: Buffer[] = [];
		readonly #socket: Socket;
		readonly #port: number;

		constructor(address = "127.0.0.1") {
			this.#socket = createSocket(address === "::1" ? "udp6" : "udp4");
			this.#socket.on("message", (packet) => this.heard.push(packet));
			this.#port =
				agent.hosts.find((host) => host.transport === "udp" && host.address === address)?.port ?? 0;
			clients.push(this);
		}

		async send(packet: Buffer, address = "127.0.0.1"): Promise<void> {
			await new Promise<void>((resolve) => this.#socket.send(packet, this.#port, address, () => resolve()));
		}

		close(): void {
			this.#socket.close();
		}
	}

	const genuine = (more: { priority?: number; nominate?: boolean } = {}) =>
		check({ username: `${agent.ufrag}:them`, password: agent.password, ...more });
	const sendOut = (byte: number) => agent.send(Buffer.from([byte]), 1);

	beforeEach(async () => {
		packets = [];
		checks = 0;
		agent = await LiteAgent.open(
			{ addresses: ["127.0.0.1", "::1"], tcp: true },
			{
				packet: (packet) => packets.push(packet),
				checked: () => {
					checks++;
				},
			},
		);
	});
	afterEach(async () => {
		for (const client of clients.splice(0)) client.close();
		await agent.close();
	});

	it("listens at each address with UDP and TCP, UDP and the first address preferred", () => {
		const ranked = agent.hosts.toSorted((a, b) => b.priority - a.priority);
		expect(ranked.map(({ transport, address }) => `${transport} ${address}`)).toEqual([
			"udp 127.0.0.1",
			"udp ::1",
			"tcp 127.0.0.1",
			"tcp ::1",
		]);
	});

	it("answers a check that knows the password", async () => {
		const client = new Client();
		await client.send(genuine());
		await expect.poll(() => client.heard.map((packet) => packet.readUInt16BE(0))).toEqual([0x0101]);
		expect(checks).toBe(1);
	});

	it("gives a wrong password neither answer nor effect", async () => {
		const [stranger, friend] = [new Client(), new Client()];
		agent.setRemoteUfrag("them");
		await stranger.send(check({ username: `${agent.ufrag}:them`, password: "wrong", nominate: true }));
		await stranger.send(check({ username: `${agent.ufrag}:else`, password: agent.password, nominate: true }));
		await stranger.send(DTLS);
		expect(agent.pathKind).toBeUndefined();
		await friend.send(genuine({ nominate: true }));
		await expect.poll(() => friend.heard).toHaveLength(1);
		await stranger.send(check({ username: `${agent.ufrag}:them`, password: "wrong", nominate: true }));
		await friend.send(DTLS);
		await expect.poll(() => packets).toEqual([DTLS]);
		sendOut(1);
		await expect.poll(() => friend.heard).toHaveLength(2);
		expect(stranger.heard).toEqual([]);
		expect(checks).toBe(1);
	});

	it("sends over the first path that works, then over the one nominated", async () => {
		const [first, second] = [new Client(), new Client("::1")];
		await first.send(genuine());
		await expect.poll(() => agent.pathKind).toBe("udp4");
		await second.send(genuine({ nominate: true }), "::1");
		await expect.poll(() => agent.pathKind).toBe("udp6");
	});

	it("keeps the better of two nominated paths, and follows the viewer when it leaves that", async () => {
		const [better, worse] = [new Client(), new Client("::1")];
		await better.send(genuine({ priority: 900, nominate: true }));
		await expect.poll(() => better.heard).toHaveLength(1);
		await worse.send(genuine({ priority: 800, nominate: true }), "::1");
		await expect.poll(() => worse.heard).toHaveLength(1);
		expect(agent.pathKind).toBe("udp4");
		await better.send(genuine({ priority: 900, nominate: true }));
		await expect.poll(() => better.heard).toHaveLength(2);
		await worse.send(genuine({ priority: 800, nominate: true }), "::1");
		await expect.poll(() => worse.heard).toHaveLength(2);
		expect(agent.pathKind).toBe("udp4");
		await worse.send(genuine({ priority: 800, nominate: true }), "::1");
		await expect.poll(() => agent.pathKind).toBe("udp6");
	});

	it("ends a TCP connection that sends no frames", async () => {
		const host = agent.hosts.find(({ transport }) => transport === "tcp");
		const socket = connect({ host: host?.address ?? "", port: host?.port ?? 0 });
		socket.write("GET / HTTP/1.1\r\n\r\n");
		await once(socket, "close");
	});

	it("serves the password over TCP and drops the path with the connection", async () => {
		const host = agent.hosts.find(({ transport }) => transport === "tcp");
		const socket = connect({ host: host?.address ?? "", port: host?.port ?? 0 });
		const request = genuine({ nominate: true });
		socket.write(Buffer.concat([Buffer.from([0, request.length]), request]));
		const [answer] = await once(socket, "data");
		expect(answer.readUInt16BE(0)).toBe(answer.length - 2);
		expect(agent.pathKind).toBe("tcp4");
		socket.destroy();
		await expect.poll(() => agent.pathKind).toBeUndefined();
	});

	it("takes ports of the range only, and says so when none is free", async () => {
		const events = { packet() {}, checked() {} };
		const taken = agent.hosts.find(
			({ transport, address }) => transport === "udp" && address === "127.0.0.1",
		);
		const port = taken?.port ?? 0;
		const one = { addresses: ["127.0.0.1"], tcp: false, portRange: [port, port] } as const;
		await expect(LiteAgent.open(one, events)).rejects.toMatchObject({ code: "no-address" });
		await agent.close();
		const again = await LiteAgent.open(one, events);
		expect(again.hosts.map((host) => host.port)).toEqual([port]);
		await again.close();
	});
});
