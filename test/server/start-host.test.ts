import { createServer, type Server } from "node:http";
import { type AddressInfo, isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, expect, it } from "vitest";
import { createLog } from "../../server/log.ts";
import { dialer, mediaAddresses } from "../../server/start-host.ts";
import type { SocketLike } from "../../signaling/client.ts";

let server: Server | undefined;

afterEach(() => {
	server?.closeAllConnections();
	server?.close();
	server = undefined;
});

const near = (port: number) => ({
	page: `http://127.0.0.1:${port}`,
	socket: `ws://127.0.0.1:${port}/signal`,
	near: true,
});
const ended = (socket: SocketLike) => new Promise<void>((resolve) => (socket.onclose = () => resolve()));

it("a signaling server that refuses or is away is told of once for each reason", async () => {
	server = createServer().on("upgrade", (_request, socket) => socket.end("HTTP/1.1 403 No\r\n\r\n"));
	await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	const lines: string[] = [];
	const log = createLog((line) => lines.push(line));
	const dial = dialer(near(port), log);
	await ended(dial());
	await ended(dial());
	expect(lines).toHaveLength(1);
	expect(lines[0]).toContain("403");
	await new Promise((resolve) => server?.close(resolve));
	await ended(dial());
	await ended(dial());
	expect(lines).toHaveLength(2);
	expect(lines[1]).toContain("ECONNREFUSED");
});

it("sends media from loopback alone, unless the page can be opened from the network", () => {
	const narrow = mediaAddresses(false);
	expect(narrow).toContain("127.0.0.1");
	for (const address of narrow) expect(address).toMatch(/^(127\.|::1$)/);
	const wide = mediaAddresses(true);
	expect(wide).toEqual(expect.arrayContaining(narrow));
	const outward = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
	for (const { address, family, internal } of outward) {
		if (family === "IPv4" && !internal) expect(wide.indexOf(address)).toBe(wide.lastIndexOf(address));
	}
	for (const address of wide) {
		expect(isIP(address)).not.toBe(0);
		expect(address).not.toMatch(/^fe80:/);
	}
});
