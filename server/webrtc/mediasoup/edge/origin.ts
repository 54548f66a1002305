import { createServer, type Server } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { secretsEqual } from "../../../../signaling/auth/secrets.ts";
import { knownCode } from "../../../../signaling/protocol/error-codes.ts";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";
import { parseMessage } from "../../../../signaling/protocol/parse.ts";
import {
	EDGE_VERSION,
	EdgeConnection,
	MAX_FRAME,
	type ToEdge,
	type ToOrigin,
	toOrigin,
} from "./connection.ts";

/** How long an edge may take to answer, milliseconds. */
const ANSWER_WITHIN = 5000;

type Reply = Extract<ToOrigin, { request: number }>;
type Request = Extract<ToEdge, { request: number }>;
type Without<T> = T extends unknown ? Omit<T, "request"> : never;

/** What a viewer on an edge hears from it. */
export interface RemotePeerEvents {
	hear(message: Extract<ToOrigin, { peer: number }>): void;
	message(data: Buffer): void;
	/** The edge is gone. */
	lost(): void;
}

/** The origin's end of the connection to one edge. */
export class EdgeLink {
	/** For people. */
	readonly name: string;
	/** Address of this machine on the way to the edge. */
	readonly localAddress: string;
	readonly #connection: EdgeConnection<typeof toOrigin, ToEdge>;
	readonly #waiting = new Map<number, (reply: Reply | undefined) => void>();
	readonly #peers = new Map<number, RemotePeerEvents>();
	#next = 1;
	#lost = false;

	constructor(socket: WebSocket, name: string, localAddress: string, lost: (link: EdgeLink) => void) {
		this.name = name;
		this.localAddress = localAddress;
		this.#connection = new EdgeConnection(socket, toOrigin, {
			message: (message) => this.#receive(message),
			peerMessage: (peer, message) => this.#peers.get(peer)?.message(message),
			lost: () => {
				this.#end();
				lost(this);
			},
		});
	}

	/** Viewers that this host has put there. */
	get viewers(): number {
		return this.#peers.size;
	}

	get lost(): boolean {
		return this.#lost;
	}

	/** A number that was not used before on this connection. */
	number(): number {
		return this.#next++;
	}

	send(message: Exclude<ToEdge, Request>): void {
		if (!this.#lost) this.#connection.send(message);
	}

	/** Asks the edge. Throws PortholeError: what the edge refuses with, or `edge-lost` when no answer comes. */
	async request(message: Without<Request>): Promise<Exclude<Reply, { type: "refused" }>> {
		const request = this.number();
		const reply = await new Promise<Reply | undefined>((resolve) => {
			if (this.#lost) return resolve(undefined);
			const late = setTimeout(() => this.#settle(request, undefined), ANSWER_WITHIN);
			this.#waiting.set(request, (answer) => {
				clearTimeout(late);
				resolve(answer);
			});
			this.#connection.send({ ...message, request } as ToEdge);
		});
		if (reply === undefined) throw new PortholeError("edge-lost", `The edge ${this.name} did not answer.`);
		if (reply.type === "refused") throw new PortholeError(knownCode(reply.code), reply.message);
		return reply;
	}

	/** False when it was dropped, as too much waits. */
	sendPeerMessage(peer: number, message: Uint8Array): boolean {
		return !this.#lost && this.#connection.sendPeerMessage(peer, message);
	}

	addPeer(number: number, peer: RemotePeerEvents): void {
		this.#peers.set(number, peer);
	}

	removePeer(number: number): void {
		this.#peers.delete(number);
	}

	close(): void {
		this.#connection.close();
	}

	#receive(message: ToOrigin): void {
		if ("request" in message) this.#settle(message.request, message);
		else if (message.type !== "hello") this.#peers.get(message.peer)?.hear(message);
	}

	#settle(request: number, reply: Reply | undefined): void {
		const settle = this.#waiting.get(request);
		this.#waiting.delete(request);
		settle?.(reply);
	}

	#end(): void {
		this.#lost = true;
		for (const request of [...this.#waiting.keys()]) this.#settle(request, undefined);
		for (const peer of [...this.#peers.values()]) peer.lost();
	}
}

/** How long whoever connects may take to say who it is, milliseconds. */
const HELLO_WITHIN = 5000;

/** Connections that have not said who they are; further ones are refused. */
const MAX_STRANGERS = 16;

/** How a connection is closed that is not let in; final for the edge. */
export const REFUSED = { wrongKey: 4001, wrongVersion: 4002 } as const;

export interface EdgesOptions {
	/** Where edges dial in; port 0 is any. */
	readonly address: string;
	readonly port: number;
	/** Whoever knows it may be an edge. */
	readonly key: string;
	/** Viewers that this process takes before edges get any; without it whoever has the fewest gets the next. */
	readonly viewersHere?: number;
	/** An edge came or went. */
	changed?(name: string, state: "joined" | "lost"): void;
}

/** The edges that have dialled in: other machines with mediasoup workers that take viewers of this one's devices. */
export class Edges {
	readonly #options: EdgesOptions;
	readonly #http: Server;
	readonly #sockets: WebSocketServer;
	readonly #links = new Set<EdgeLink>();
	#strangers = 0;

	private constructor(options: EdgesOptions, http: Server) {
		this.#options = options;
		this.#http = http;
		this.#sockets = new WebSocketServer({
			server: http,
			path: "/edge",
			maxPayload: MAX_FRAME,
			perMessageDeflate: false,
		});
		this.#sockets.on("connection", (socket, { socket: { localAddress = "" } }) =>
			this.#greet(socket, localAddress.replace(/^::ffff:/, "")),
		);
		// The HTTP server tells of its errors by itself.
		this.#sockets.on("error", () => {});
	}

	/** Listens for edges. Throws PortholeError `port-in-use` or what the system says. */
	static async listen(options: EdgesOptions): Promise<Edges> {
		const http = createServer((_request, response) => response.writeHead(426).end());
		const edges = new Edges(options, http);
		await new Promise<void>((resolve, reject) => {
			http.once("error", (cause: NodeJS.ErrnoException) => {
				const where = `${options.address} port ${options.port}`;
				const words = `Could not listen for edges at ${where}: ${cause.message}. Name another with --edges.`;
				reject(
					new PortholeError(cause.code === "EADDRINUSE" ? "port-in-use" : "no-address", words, { cause }),
				);
			});
			http.listen(options.port, options.address, resolve);
		});
		return edges;
	}

	/** What edges are told to dial. */
	get url(): string {
		const { address, port } = this.#http.address() as AddressInfo;
		return `ws://${isIPv6(address) ? `[${address}]` : address}:${port}`;
	}

	/** The edge for the next viewer; undefined when that is best taken here, where so many are now. */
	pick(here: number): EdgeLink | undefined {
		const { viewersHere } = this.#options;
		if (viewersHere !== undefined && here < viewersHere) return undefined;
		const [first, ...rest] = this.#links;
		if (first === undefined) return undefined;
		const best = rest.reduce((least, link) => (link.viewers < least.viewers ? link : least), first);
		return viewersHere !== undefined || best.viewers < here ? best : undefined;
	}

	async close(): Promise<void> {
		for (const socket of this.#sockets.clients) socket.terminate();
		this.#sockets.close();
		this.#http.closeAllConnections();
		await new Promise((resolve) => this.#http.close(resolve));
	}

	#greet(socket: WebSocket, localAddress: string): void {
		socket.on("error", () => {});
		if (this.#strangers >= MAX_STRANGERS) return socket.terminate();
		this.#strangers++;
		const late = setTimeout(() => socket.terminate(), HELLO_WITHIN);
		socket.once("close", () => clearTimeout(late));
		const known = () => {
			this.#strangers--;
		};
		socket.once("close", known);
		socket.once("message", (data) => {
			clearTimeout(late);
			socket.off("close", known);
			known();
			const refusal = this.#refusal(String(data));
			if (typeof refusal === "number") return socket.close(refusal);
			this.#join(socket, refusal, localAddress);
		});
	}

	/** The name of an edge that may come in, or why it may not. */
	#refusal(text: string): string | number {
		try {
			const hello = parseMessage(toOrigin, text);
			if (hello.type !== "hello" || !secretsEqual(hello.key, this.#options.key)) return REFUSED.wrongKey;
			return hello.version === EDGE_VERSION ? hello.name : REFUSED.wrongVersion;
		} catch {
			return REFUSED.wrongVersion;
		}
	}

	#join(socket: WebSocket, name: string, localAddress: string): void {
		const link = new EdgeLink(socket, name, localAddress, () => {
			this.#links.delete(link);
			this.#options.changed?.(name, "lost");
		});
		link.send({ type: "welcome", version: EDGE_VERSION });
		this.#links.add(link);
		this.#options.changed?.(name, "joined");
	}
}
