import { connect as connectTcp } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { Guard } from "../../../signaling/http/guard.ts";
import type { Listener } from "../../../signaling/http/listener.ts";
import { SignalSocket } from "../../../signaling/http/signal-socket.ts";
import { MAX_HOST_MESSAGE_BYTES, MAX_MESSAGE_BYTES } from "../../../signaling/protocol/messages.ts";
import { serveRoutes } from "../../support/http-server.ts";
import {
	type AnyMessage,
	describeDevice,
	SignalingHarness,
	viewerHello,
} from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
let socket: SignalSocket;
let listener: Listener;

beforeEach(async () => {
	harness = new SignalingHarness();
	socket = new SignalSocket(harness.server, new Guard({ lan: false, names: [] }), harness.metrics);
	listener = await serveRoutes([], {
		upgrade: (request, stream, head) => socket.upgrade(request, stream, head),
	});
	await harness.host("h1", [describeDevice("phone")]);
});
afterEach(async () => {
	socket.close();
	await listener.close();
});

/** A WebSocket whose messages can be waited for. */
class Client {
	readonly socket: WebSocket;
	readonly #heard: AnyMessage[] = [];
	readonly #waiting: ((message: AnyMessage) => void)[] = [];
	readonly closed: Promise<number>;

	constructor(path = "/signal", headers: Record<string, string> = {}, options: ClientOptions = {}) {
		this.socket = new WebSocket(`ws://127.0.0.1:${listener.port}${path}`, { headers, ...options });
		this.closed = new Promise((resolve) => this.socket.on("close", resolve));
		this.socket.on("error", () => {});
		this.socket.on("message", (data) => {
			const message: AnyMessage = JSON.parse(data.toString());
			const waiting = this.#waiting.shift();
			if (waiting) waiting(message);
			else this.#heard.push(message);
		});
	}

	get opened(): Promise<this> {
		return new Promise((resolve, reject) => {
			this.socket.on("open", () => resolve(this));
			this.socket.on("error", reject);
		});
	}

	next(): Promise<AnyMessage> {
		const message = this.#heard.shift();
		return message ? Promise.resolve(message) : new Promise((resolve) => this.#waiting.push(resolve));
	}

	/** The next message of a type; others before it are passed over. */
	async the(type: string): Promise<AnyMessage> {
		for (;;) {
			const message = await this.next();
			if (message.type === type) return message;
		}
	}

	async greet(): Promise<AnyMessage> {
		await this.opened;
		this.socket.send(JSON.stringify(viewerHello("phone")));
		return this.next();
	}
}

const own = () => ({ origin: `http://127.0.0.1:${listener.port}` });
const count = async (metric: "refusedMessages" | "refusedRequests", label: string) => {
	const { values } = await harness.metrics[metric].get();
	return values.find(({ labels }) => Object.values(labels).includes(label))?.value ?? 0;
};

describe("a signaling connection", () => {
	it("is made from our own page and from programs", async () => {
		for (const headers of [own(), {}]) {
			expect(await new Client("/signal?early", headers).greet()).toMatchObject({ type: "welcome" });
		}
	});

	it("may show a cookie in place of a token", async () => {
		const { cookie } = await harness.grant("phone", "control");
		const client = await new Client("/signal", { ...own(), cookie }).opened;
		client.socket.send(JSON.stringify(viewerHello("phone", { token: undefined })));
		expect(await client.next()).toMatchObject({ type: "welcome", role: "control" });
	});

	it.each([
		["another site's page", "/signal", { origin: "http://evil.example" }, 403, "wrong-origin"],
		["a sandboxed page", "/signal", { origin: "null" }, 403, "wrong-origin"],
		["a name that is not ours", "/signal", { host: "evil.example" }, 421, "wrong-host"],
		["another path", "/signals", {}, 404, "not-found"],
	])("is refused to %s", async (_, path, headers, status, reason) => {
		await expect(new Client(path, headers).opened).rejects.toThrow(`Unexpected server response: ${status}`);
		expect(await count("refusedRequests", reason)).toBe(1);
	});

	it("is refused in the words that the API has", async () => {
		const answer = await rawUpgrade(
			"GET /signal HTTP/1.1",
			"Host: evil.example",
			"Upgrade: websocket",
			"Connection: Upgrade",
		);
		expect(answer).toMatch(/^HTTP\/1\.1 421 /);
		const body = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n"))) as object;
		expect(body).toEqual({ error: { code: "wrong-host", message: expect.stringMatching(/--name NAME/) } });
	});

	it("is refused to whoever does not speak WebSocket", async () => {
		const answer = await rawUpgrade("GET /signal HTTP/1.1", "Connection: Upgrade", "Upgrade: something");
		expect(answer).toMatch(/^HTTP\/1\.1 400 /);
	});

	it("ends with a frame over the limit, and takes one of just under it", async () => {
		const client = new Client();
		await client.greet();
		client.socket.send(`"${"x".repeat(MAX_MESSAGE_BYTES - 2)}"`);
		expect(await client.the("error")).toMatchObject({ reason: { code: "bad-message" } });
		client.socket.send(`"${"x".repeat(MAX_MESSAGE_BYTES)}"`);
		expect(await client.closed).toBe(1009);
		expect(await count("refusedMessages", "bad-frame")).toBe(1);
		await expect.poll(() => harness.server.device("phone")).toMatchObject({ viewers: 0 });
	});

	it("takes longer frames on lines for hosts, which others do not use for long messages", async () => {
		const client = new Client("/signal?host");
		await client.greet();
		client.socket.send(`"${"x".repeat(MAX_MESSAGE_BYTES)}"`);
		expect(await client.the("error")).toMatchObject({ reason: { code: "message-too-long" } });
		client.socket.send(`"${"x".repeat(MAX_HOST_MESSAGE_BYTES)}"`);
		expect(await client.closed).toBe(1009);
	});

	it("takes no binary messages", async () => {
		const client = new Client();
		await client.greet();
		client.socket.send(Buffer.from('{"type":"ping"}'));
		expect(await client.the("error")).toMatchObject({ reason: { code: "not-json" }, final: false });
	});

	it("ends with a frame that breaks the protocol, and disturbs no other", async () => {
		const good = new Client();
		await good.greet();
		const bad = new Client();
		await bad.greet();
		expect(await good.the("device")).toMatchObject({ device: { viewers: 2 } });
		const raw = (bad.socket as unknown as { _socket: NodeJS.WritableStream })._socket;
		raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
		expect(await bad.closed).toBe(1002);
		expect(await good.the("device")).toMatchObject({ device: { viewers: 1 } });
		good.socket.send('{"type":"ping"}');
		expect(await good.the("pong")).toEqual({ type: "pong" });
	});

	it("tells the client why it is turned away before it hangs up", async () => {
		const client = await new Client().opened;
		client.socket.send("{");
		expect(await client.next()).toMatchObject({ type: "error", reason: { code: "not-json" }, final: true });
		expect(await client.closed).toBe(1000);
	});
});

describe("a client that floods", () => {
	it("with frames that are no messages is cut off, whether it said hello or not", async () => {
		const stranger = await new Client().opened;
		const guest = new Client();
		await guest.greet();
		for (const client of [stranger, guest]) {
			for (let count = 0; count < 1_000; count++) client.socket.pong();
			expect(await client.closed).toBe(1006);
		}
	});

	it("after it was turned away is not read for long", async () => {
		const raw = connectTcp(listener.port, "127.0.0.1");
		const cut = new Promise((resolve) => raw.once("close", resolve));
		raw.on("error", () => {});
		const key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";
		raw.write(upgradeTo("/signal", `Host: 127.0.0.1:${listener.port}`, "Sec-WebSocket-Version: 13", key));
		await new Promise((resolve) => raw.once("data", resolve));
		// Never reads the goodbye.
		const emptyText = Buffer.from([0x81, 0x80, 0, 0, 0, 0]);
		raw.write(Buffer.concat(new Array(10_000).fill(emptyText)));
		await cut;
	}, 4_000);
});

describe("a client that went away without a word", () => {
	beforeEach(() => {
		vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
		socket.close();
		socket = new SignalSocket(harness.server, new Guard({ lan: false, names: [] }), harness.metrics);
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	it("is cut when it has missed a whole round of pings, and one that answers is not", async () => {
		const silent = new Client("/signal", {}, { autoPong: false });
		await silent.greet();
		const alive = new Client();
		await alive.greet();
		const pinged = new Promise((resolve) => alive.socket.once("ping", resolve));
		vi.advanceTimersByTime(15_000);
		await pinged;
		// The pong went out before this, on the same line.
		alive.socket.send('{"type":"ping"}');
		expect(await alive.the("pong")).toEqual({ type: "pong" });
		vi.advanceTimersByTime(15_000);
		expect(await silent.closed).toBe(1006);
		await expect.poll(() => harness.server.device("phone")).toMatchObject({ viewers: 1 });
		expect(alive.socket.readyState).toBe(WebSocket.OPEN);
	});
});

describe("closing", () => {
	it("ends every connection", async () => {
		const client = new Client();
		await client.greet();
		harness.server.close();
		socket.close();
		await client.closed;
	});

	it("is not held up by a refused client that never hangs up", async () => {
		const lingering = connectTcp({ port: listener.port, host: "127.0.0.1", allowHalfOpen: true });
		lingering.on("error", () => {});
		lingering.write(upgradeTo("/signal", "Host: evil.example"));
		const [answer] = await new Promise<Buffer[]>((resolve) =>
			lingering.once("data", (data) => resolve([data])),
		);
		expect(answer?.toString()).toMatch(/^HTTP\/1\.1 421 /);
		await listener.close();
		lingering.destroy();
	});
});

function upgradeTo(path: string, ...headers: string[]): string {
	return [`GET ${path} HTTP/1.1`, "Connection: Upgrade", "Upgrade: websocket", ...headers, "", ""].join(
		"\r\n",
	);
}

function rawUpgrade(...lines: string[]): Promise<string> {
	return new Promise((resolve, reject) => {
		const raw = connectTcp(listener.port, "127.0.0.1");
		let text = "";
		raw.on("data", (data) => (text += data.toString()));
		raw.on("close", () => resolve(text));
		raw.on("error", reject);
		raw.write(`${[...lines, `Host: 127.0.0.1:${listener.port}`, "", ""].join("\r\n")}`);
	});
}
