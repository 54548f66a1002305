import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Edges, type RemotePeerEvents } from "../../../../../server/webrtc/mediasoup/edge/origin.ts";

const PATIENCE = { timeout: 5000, interval: 10 };
let edges: Edges;
let told: string[];
const sockets: WebSocket[] = [];

const listen = async (options: { viewersHere?: number; port?: number } = {}) => {
	// Those before may still tell of their end.
	const own: string[] = [];
	told = own;
	return Edges.listen({
		address: "127.0.0.1",
		port: 0,
		key: "secret",
		changed: (name, state) => own.push(`${name} ${state}`),
		...options,
	});
};
beforeEach(async () => {
	edges = await listen();
});
afterEach(async () => {
	for (const socket of sockets.splice(0)) socket.terminate();
	await edges.close();
});

async function dial(hello: unknown): Promise<WebSocket> {
	const socket = new WebSocket(`${edges.url}/edge`);
	sockets.push(socket);
	socket.on("error", () => {});
	await once(socket, "open");
	socket.send(typeof hello === "string" ? hello : JSON.stringify(hello));
	return socket;
}

const hello = { type: "hello", version: 1, key: "secret", name: "far" };
const nobody: RemotePeerEvents = { hear() {}, message() {}, lost() {} };

describe("who dials in as an edge", () => {
	it("is welcome with the key", async () => {
		const [said] = await once(await dial(hello), "message");
		expect(JSON.parse(String(said))).toEqual({ type: "welcome", version: 1 });
		expect(told).toEqual(["far joined"]);
	});

	it.each([
		["the wrong key", { ...hello, key: "guess" }, 4001],
		["another version", { ...hello, version: 2 }, 4002],
		["another message first", { type: "connected", peer: 1 }, 4001],
		["nonsense", "{", 4002],
	])("is sent away with %s", async (_name, said, code) => {
		const [closed] = await once(await dial(said), "close");
		expect(closed).toBe(code);
		expect(told).toEqual([]);
		expect(edges.pick(100)).toBeUndefined();
	});

	it("is cut off when it says later what cannot be read", async () => {
		const socket = await dial(hello);
		await once(socket, "message");
		socket.send(JSON.stringify({ type: "closed", peer: "1" }));
		await once(socket, "close");
		await expect.poll(() => told, PATIENCE).toEqual(["far joined", "far lost"]);
	});

	it("must not be too many at a time that say nothing", async () => {
		const waiting = Array.from({ length: 20 }, () => new WebSocket(`${edges.url}/edge`));
		sockets.push(...waiting);
		let cut = 0;
		for (const socket of waiting) socket.on("error", () => {}).on("close", () => cut++);
		await expect.poll(() => cut, PATIENCE).toBe(4);
	});
});

it("a port that is taken is told with what to do", async () => {
	const port = Number(new URL(edges.url).port);
	await expect(listen({ port })).rejects.toMatchObject({
		code: "port-in-use",
		message: expect.stringContaining("--edges"),
	});
});

describe("the next viewer", () => {
	it("goes to whoever has the fewest, and stays here when there are as many", async () => {
		await once(await dial({ ...hello, name: "one" }), "message");
		await once(await dial({ ...hello, name: "two" }), "message");
		expect(edges.pick(0)).toBeUndefined();
		const first = edges.pick(1);
		first?.addPeer(1, nobody);
		expect(edges.pick(1)?.name).not.toBe(first?.name);
		edges.pick(1)?.addPeer(2, nobody);
		expect(edges.pick(1)).toBeUndefined();
		expect(edges.pick(2)).toBeDefined();
	});

	it("stays here up to the number that was said, and goes to edges beyond it", async () => {
		await edges.close();
		edges = await listen({ viewersHere: 2 });
		await once(await dial(hello), "message");
		expect([0, 1, 2, 3].map((here) => edges.pick(here)?.name)).toEqual([undefined, undefined, "far", "far"]);
	});

	it("that is on an edge hears when that is lost, and what was asked of it fails", async () => {
		const socket = await dial(hello);
		await once(socket, "message");
		const link = edges.pick(1);
		let lost = 0;
		link?.addPeer(7, { ...nobody, lost: () => lost++ });
		const asked = link?.request({ type: "answer", peer: 7, sdp: "v=0" });
		socket.terminate();
		await expect(asked).rejects.toMatchObject({ code: "edge-lost" });
		expect(lost).toBe(1);
		expect(edges.pick(1)).toBeUndefined();
	});

	it("is refused in the edge's own words", async () => {
		const socket = await dial(hello);
		await once(socket, "message");
		socket.on("message", (data) => {
			const { request } = JSON.parse(String(data));
			socket.send(
				JSON.stringify({ type: "refused", request, code: "track-closed", message: "It has ended." }),
			);
		});
		const asked = edges.pick(1)?.request({ type: "answer", peer: 7, sdp: "v=0" });
		await expect(asked).rejects.toMatchObject({ code: "track-closed", message: "It has ended." });
	});
});
