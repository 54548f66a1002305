import { createServer, type Server } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { secretsEqual } from "../../../../signaling/auth/secrets.ts";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";
import { parseMessage } from "../../../../signaling/protocol/parse.ts";
import { EdgeLink } from "./edge-link.ts";
import { EDGE_VERSION, MAX_FRAME, toOrigin } from "./messages.ts";

/** How long whoever connects may take to say who it is, milliseconds. */
const HELLO_WITHIN = 5000;

/** Lines that have not said who they are; further ones are refused. */
const MAX_STRANGERS = 16;

/** How a line is closed that is not let in; final for the edge. */
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
