import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { ownerRights } from "../../../signaling/auth/rights.ts";
import type { Guard } from "../../../signaling/http/guard.ts";
import { countedCode } from "../../../signaling/http/responses.ts";
import { boundFrames, webSocketServer } from "../../../signaling/http/websockets.ts";
import type { Metrics } from "../../../signaling/metrics.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Clock } from "../../devices/clock.ts";
import type { Log } from "../../log.ts";
import type { DeviceImages } from "../../streams/device-images.ts";
import type { GatewayHost } from "../gateway-host.ts";
import type { GatewayAccess, Guest } from "./access.ts";
import { GatewayRefusal, refusalText, wordsOf } from "./answers.ts";
import { simulatorState } from "./device-descriptions.ts";
import { MAX_MESSAGE_BYTES } from "./gesture-reader.ts";
import { CLIENT_NAME } from "./input-visits.ts";
import { LogClient } from "./log-client.ts";
import { type OutboxLimits, StreamClient } from "./stream-client.ts";
import { numberIn } from "./stream-protocol.ts";

const PATH = /^\/simulators\/([^/]{1,200})\/(stream|logs)$/;

/** Most WebSockets at a time, those of all guests together, and those that came by one link. */
const MAX_SOCKETS = 256;
const MAX_SOCKETS_OF_GUESTS = 224;
const MAX_SOCKETS_OF_LINK = 8;
/** What may come before a client's stream has started: messages, and characters in all. */
const MAX_EARLY = 100;
const MAX_EARLY_LENGTH = 64 * 1024;
/** Connections that are told at a time that their device is not there: they belong to no link. */
const MAX_ASTRAY = 16;
/** Stands for their grant. */
const ASTRAY = "";
/** How long a client has to read a last message, ms. */
const FAREWELL = 2_000;
/** TCP probes a silent connection after so long, ms, so that one whose far end is gone ends. */
const KEEP_ALIVE = 15_000;

interface SocketsDeps {
	readonly host: GatewayHost;
	readonly access: GatewayAccess;
	readonly guard: Guard;
	readonly metrics: Metrics;
	readonly clock: Clock;
	readonly log: Log;
	readonly images: DeviceImages;
	/** Most that may wait for a stream's client; Baguette's own when absent. */
	readonly limits?: OutboxLimits;
}

/** `WS /simulators/:udid/stream` and `/logs`. */
export class Sockets {
	readonly #deps: SocketsDeps;
	/** Of clients that may only look, and of the others. */
	readonly #servers = {
		view: webSocketServer(MAX_MESSAGE_BYTES.view),
		control: webSocketServer(MAX_MESSAGE_BYTES.control),
	};
	/** Connections by grant. */
	readonly #byGrant = new Map<string, number>();

	constructor(deps: SocketsDeps) {
		this.#deps = deps;
	}

	/** Handler of the HTTP server's `upgrade` event, for paths below `/simulators/`, once the base path is off the URL. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
		socket.on("error", () => {});
		this.#admit(request).then(
			({ role, grantId, accept }) => {
				if (socket.destroyed) return;
				this.#count(grantId, socket);
				quicken(socket);
				this.#servers[role].handleUpgrade(request, socket, head, (client) => {
					boundFrames(client);
					accept(client);
				});
			},
			(error: unknown) => this.#refuse(socket, error),
		);
	}

	close(): void {
		for (const server of Object.values(this.#servers)) {
			for (const client of server.clients) client.terminate();
			server.close();
		}
	}

	/** The handler for the client once it is connected. Fails as `GatewayAccess.admit`; an unknown device is reported then. */
	async #admit(request: IncomingMessage): Promise<Admitted> {
		const { guard, access, clock } = this.#deps;
		guard.check(request);
		const url = new URL(request.url ?? "/", "http://localhost");
		const [, udid = "", verb] = PATH.exec(url.pathname) ?? [];
		if (verb === undefined)
			throw new GatewayRefusal(404, "not-found", `there is no ${url.pathname.slice(0, 200)}`);
		const unknown = (client: WebSocket) => {
			if (verb === "stream") farewell(client, 1011, refusalText("unknown udid"), clock);
			else farewell(client, 1000, JSON.stringify({ type: "log_stopped", reason: "unknown udid" }), clock);
		};
		const clients = this.#servers.view.clients.size + this.#servers.control.clients.size;
		if (clients >= MAX_SOCKETS) throw full("too many clients are connected");
		try {
			const guest = await access.admit(request, decode(udid), verb === "stream" ? "view" : "control");
			const { grantId, role } = guest.rights;
			if (grantId !== ownerRights.grantId) {
				if (clients >= MAX_SOCKETS_OF_GUESTS) throw full("too many clients are connected");
				if ((this.#byGrant.get(grantId) ?? 0) >= MAX_SOCKETS_OF_LINK)
					throw full(`${MAX_SOCKETS_OF_LINK} clients are connected by this link already`);
			}
			return {
				role: role === "view" ? "view" : "control",
				grantId,
				accept: (client) => {
					if (verb === "stream") this.#stream(client, guest, url.searchParams);
					else this.#follow(client, guest, url.searchParams);
				},
			};
		} catch (error) {
			if (!(error instanceof GatewayRefusal) || error.code !== "no-such-device") throw error;
			if ((this.#byGrant.get(ASTRAY) ?? 0) >= MAX_ASTRAY) throw error;
			return { role: "view", grantId: ASTRAY, accept: unknown };
		}
	}

	#count(grantId: string, socket: Duplex): void {
		this.#byGrant.set(grantId, (this.#byGrant.get(grantId) ?? 0) + 1);
		socket.once("close", () => {
			const left = (this.#byGrant.get(grantId) ?? 1) - 1;
			if (left > 0) this.#byGrant.set(grantId, left);
			else this.#byGrant.delete(grantId);
		});
	}

	async #stream(socket: WebSocket, guest: Guest, query: URLSearchParams): Promise<void> {
		const { host, clock, images, limits } = this.#deps;
		const { described, rights, address } = guest;
		let stream: StreamClient | undefined;
		let gone = false;
		socket.on("error", () => {});
		socket.on("close", () => {
			gone = true;
			stream?.close();
		});
		const early: string[] = [];
		let earlyLength = 0;
		socket.on("message", (data, binary) => {
			if (binary) return;
			if (stream) stream.receive(String(data));
			else {
				const text = String(data);
				earlyLength += text.length;
				if (early.length < MAX_EARLY && earlyLength <= MAX_EARLY_LENGTH) early.push(text);
				else farewell(socket, 1008, refusalText("too many messages"), clock);
			}
		});
		try {
			const state = simulatorState(described);
			if (described.power !== undefined && state !== "Booted")
				throw new PortholeError("device-asleep", `${described.name} is ${state}`);
			const device = guest.device();
			const visit = await host.enter({ deviceId: device.id, rights, name: CLIENT_NAME, address });
			if (gone) return visit.leave();
			const format = query.get("format") === "avcc" ? "avcc" : "mjpeg";
			stream = new StreamClient({
				socket,
				visit,
				device,
				format,
				role: rights.role,
				quality: numberIn(query, "quality"),
				...images.of(device),
				clock,
				limits,
			});
			stream.start();
			for (const text of early.splice(0)) stream.receive(text);
		} catch (error) {
			if (!(error instanceof PortholeError)) this.#deps.log.error("a stream could not start", { error });
			farewell(socket, 1011, refusalText(wordsOf(error).words), clock);
		}
	}

	#follow(socket: WebSocket, guest: Guest, query: URLSearchParams): void {
		const client = new LogClient(socket, this.#deps.clock);
		socket.on("error", () => {});
		socket.on("close", () => client.close());
		socket.on("message", (data, binary) => {
			if (!binary) client.receive(String(data));
		});
		try {
			client.start(guest.device(), query);
		} catch (error) {
			if (!(error instanceof PortholeError)) this.#deps.log.error("a log could not be followed", { error });
			client.end(wordsOf(error).words);
		}
	}

	#refuse(socket: Duplex, error: unknown): void {
		const { metrics, log } = this.#deps;
		if (error instanceof PortholeError) metrics.refusedRequests.inc({ reason: countedCode(error.code) });
		else log.error("a WebSocket could not be opened", { error });
		const { status, words } = wordsOf(error);
		const text = refusalText(words);
		const head = [
			`HTTP/1.1 ${status} Refused`,
			"Content-Type: application/json",
			`Content-Length: ${Buffer.byteLength(text)}`,
			"Connection: close",
			...(status === 401 ? ["WWW-Authenticate: Bearer"] : []),
		];
		// A client that never hangs up must not keep the listener from closing.
		socket.once("finish", () => socket.destroy());
		socket.end(`${head.join("\r\n")}\r\n\r\n${text}`);
	}
}

/** A client that may connect. */
interface Admitted {
	readonly role: "view" | "control";
	/** By which it came; `ASTRAY` for a device that is not there. */
	readonly grantId: string;
	readonly accept: (client: WebSocket) => void;
}

function full(words: string): GatewayRefusal {
	return new GatewayRefusal(503, "full", words);
}

/** Sends one message and closes, whether the client reads it or not. */
function farewell(client: WebSocket, code: number, text: string, clock: Clock): void {
	if (client.readyState !== client.OPEN) return;
	client.on("error", () => {});
	client.send(text);
	client.close(code);
	client.once(
		"close",
		clock.after(FAREWELL, () => client.terminate()),
	);
}

function quicken(stream: Duplex): void {
	const socket = stream as Socket;
	socket.setNoDelay?.(true);
	socket.setKeepAlive?.(true, KEEP_ALIVE);
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
