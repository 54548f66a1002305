import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { SocketLike } from "../client.ts";
import type { Metrics } from "../metrics.ts";
import { PortholeError } from "../protocol/errors.ts";
import { FOR_HOSTS, MAX_HOST_MESSAGE_BYTES, MAX_MESSAGE_BYTES } from "../protocol/messages.ts";
import type { Origin, SignalingServer } from "../rooms/signaling-server.ts";
import type { Guard } from "./guard.ts";
import { errorAnswer } from "./responses.ts";
import { boundFrames, webSocketServer } from "./websockets.ts";

/** How often a silent connection is tried, ms; one that missed a whole round is cut. */
const PING_EVERY = 15_000;
/** Bytes waiting to be sent to a client that does not read, beyond which it is cut. */
const MAX_WAITING = 1024 * 1024;

/** `WS /signal`: turns upgrade requests into signaling connections. */
export class SignalSocket {
	readonly #server = webSocketServer(MAX_MESSAGE_BYTES);
	/** For connections that say they are hosts', which their hello has to show. */
	readonly #hosts = webSocketServer(MAX_HOST_MESSAGE_BYTES);
	readonly #signaling: SignalingServer;
	readonly #guard: Guard;
	readonly #metrics: Metrics;
	readonly #heard = new WeakSet<WebSocket>();
	readonly #pings: NodeJS.Timeout;

	constructor(signaling: SignalingServer, guard: Guard, metrics: Metrics) {
		this.#signaling = signaling;
		this.#guard = guard;
		this.#metrics = metrics;
		this.#pings = setInterval(() => this.#pingAll(), PING_EVERY);
		this.#pings.unref();
	}

	/** Handler of the HTTP server's `upgrade` event, once the base path is off the URL. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
		socket.on("error", () => {});
		const [path, query] = (request.url ?? "").split("?", 2);
		try {
			this.#guard.check(request);
			if (path !== "/signal") throw new PortholeError("not-found", "Not here.");
		} catch (error) {
			const code = error instanceof PortholeError ? error.code : "internal";
			this.#metrics.refusedRequests.inc({ reason: code });
			// A client that never hangs up must not keep the listener from closing.
			socket.once("finish", () => socket.destroy());
			const { status, body } = errorAnswer(error);
			const type = "Content-Type: application/json; charset=utf-8";
			socket.end(`HTTP/1.1 ${status} Refused\r\n${type}\r\nConnection: close\r\n\r\n${JSON.stringify(body)}`);
			return;
		}
		const server = query === FOR_HOSTS ? this.#hosts : this.#server;
		server.handleUpgrade(request, socket, head, (client) =>
			this.#accept(client, {
				cookie: request.headers.cookie,
				address: this.#guard.ingress.addressOf(request),
			}),
		);
	}

	close(): void {
		clearInterval(this.#pings);
		for (const client of this.#clients()) client.terminate();
		this.#server.close();
		this.#hosts.close();
	}

	#accept(client: WebSocket, from: Origin): void {
		boundFrames(client);
		this.#heard.add(client);
		client.on("pong", () => this.#heard.add(client));
		client.on("error", () => this.#metrics.refusedMessages.inc({ code: "bad-frame" }));
		this.#signaling.accept(client as unknown as SocketLike, from);
	}

	#clients(): WebSocket[] {
		return [...this.#server.clients, ...this.#hosts.clients];
	}

	#pingAll(): void {
		for (const client of this.#clients()) {
			if (!this.#heard.delete(client) || client.bufferedAmount > MAX_WAITING) client.terminate();
			else client.ping();
		}
	}
}
