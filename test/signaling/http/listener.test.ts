import type { ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Listener, listen } from "../../../signaling/http/listener.ts";

const open: Listener[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map((listener) => listener.close()));
});

async function start(addresses: string[], port = 0): Promise<Listener> {
	const listener = await listen({
		addresses,
		port,
		request: (request, response) => void response.end(request.socket.localAddress),
		upgrade: (_request, socket) => socket.destroy(),
	});
	open.push(listener);
	return listener;
}

const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
	list?.some(({ address }) => address === "::1"),
);
const textOf = async (url: string) => (await fetch(url)).text();

describe("listening", () => {
	it("takes one free port on all loopback addresses that there are", async () => {
		const { port } = await start(["127.0.0.1", "::1"]);
		expect(port).toBeGreaterThan(0);
		expect(await textOf(`http://127.0.0.1:${port}/`)).toBe("127.0.0.1");
		if (hasIpv6) expect(await textOf(`http://[::1]:${port}/`)).toBe("::1");
	});

	it("passes over an address that this machine lacks", async () => {
		const { port } = await start(["192.0.2.1", "127.0.0.1"]);
		expect(await textOf(`http://127.0.0.1:${port}/`)).toBe("127.0.0.1");
	});

	it("fails when it has none of the addresses", async () => {
		await expect(start(["192.0.2.1"])).rejects.toMatchObject({ code: "cannot-listen" });
	});

	it("says which port is in use, and frees what it had taken already", async () => {
		const { port } = await start(["127.0.0.1"]);
		const failed = start(["127.0.0.2", "127.0.0.1"], port);
		await expect(failed).rejects.toMatchObject({ code: "port-in-use" });
		await expect(failed).rejects.toThrow(`Port ${port} on 127.0.0.1`);
		await expect(start(["127.0.0.2"], port)).resolves.toMatchObject({ port });
	});

	it("closes in spite of idle and half-finished connections, and as often as it is told to", async () => {
		const listener = await start(["127.0.0.1"]);
		const socket = connect(listener.port, "127.0.0.1");
		const ended = new Promise<void>((resolve) => socket.on("close", () => resolve()));
		socket.on("error", () => {});
		await new Promise<void>((resolve) => socket.on("connect", resolve));
		socket.write("GET / HTTP/1.1\r\nHost: half");
		await textOf(`http://127.0.0.1:${listener.port}/`);
		await listener.close();
		await listener.close();
		await ended;
	});
});

describe("clients that use up connections", () => {
	/** Resolves when the other side has ended the connection. */
	const ended = (socket: Socket) => new Promise<void>((resolve) => socket.once("close", () => resolve()));
	const connected = (socket: Socket) =>
		new Promise<void>((resolve) => socket.once("connect", () => resolve()));

	it("are cut when they send requests faster than they take answers", async () => {
		const held: ServerResponse[] = [];
		let closed = 0;
		const listener = await listen({
			addresses: ["127.0.0.1"],
			port: 0,
			request: (_request, response) => {
				held.push(response);
				response.once("close", () => closed++);
			},
			upgrade: (_request, socket) => socket.destroy(),
		});
		open.push(listener);
		const socket = connect(listener.port, "127.0.0.1");
		socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20));
		await ended(socket);
		expect(held.length).toBe(8);
		await vi.waitFor(() => expect(closed).toBe(8));
	});

	it("leave room for others, though 3,000 of them send nothing", { timeout: 60_000 }, async () => {
		const { port } = await start(["127.0.0.1"]);
		let alive = 0;
		const slow: Socket[] = [];
		for (let batch = 0; batch < 30; batch++) {
			const sockets = Array.from({ length: 100 }, () => connect(port, "127.0.0.1"));
			await Promise.all(sockets.map(connected));
			for (const socket of sockets) {
				alive++;
				socket.on("error", () => {}).once("close", () => alive--);
				socket.write("GET / HTTP/1.1\r\n");
			}
			slow.push(...sockets);
		}
		expect(await textOf(`http://127.0.0.1:${port}/`)).toBe("127.0.0.1");
		await vi.waitFor(() => expect(alive).toBeLessThanOrEqual(512), 20_000);
		for (const socket of slow) socket.destroy();
	});
});
