import { WebSocket } from "ws";
import { Backoff } from "../../../../signaling/backoff.ts";
import { messageOf, PortholeError } from "../../../../signaling/protocol/errors.ts";
import { WorkerPool, type WorkerPoolOptions } from "../worker-pool.ts";
import { EdgeService } from "./edge-service.ts";
import { REFUSED } from "./edges.ts";
import { Line } from "./line.ts";
import { EDGE_VERSION, MAX_FRAME, type ToOrigin, toEdge } from "./messages.ts";

/** How long a connection may take to open, and the longest wait between attempts, milliseconds. */
const OPEN_WITHIN = 5000;
const LONGEST_WAIT = 2000;

export interface EdgeOptions extends Omit<WorkerPoolOptions, "died"> {
	/** The origin's socket for edges, such as `ws://10.0.0.1:8500/edge`. */
	readonly origin: string;
	readonly key: string;
	/** What people call this machine. */
	readonly name: string;
	now(): number;
	/** The line to the origin has come or gone, with words when it could not be opened. */
	changed(state: "joined" | "lost", words?: string): void;
	/** The origin will never take this edge. */
	refused(error: PortholeError): void;
}

/**
 * A machine that serves viewers of another one's devices: it dials the origin, gets each device's stream once and makes
 * the connections that the origin asks for. When the line is lost all of them end, and it dials again.
 */
export class Edge {
	readonly #options: EdgeOptions;
	readonly #pool: WorkerPool;
	readonly #backoff = new Backoff(Math.random, LONGEST_WAIT);
	#service: EdgeService | undefined;
	#line: Line<typeof toEdge, ToOrigin> | undefined;
	#timer: NodeJS.Timeout | undefined;
	#closed = false;

	private constructor(options: EdgeOptions) {
		this.#options = options;
		// What the dead worker served is the origin's to place anew.
		this.#pool = new WorkerPool({ ...options, died: () => this.#line?.close() });
	}

	/** Starts the workers, then dials. Throws as `WorkerPool.start` does. */
	static async start(options: EdgeOptions): Promise<Edge> {
		const edge = new Edge(options);
		try {
			await edge.#pool.start();
		} catch (error) {
			await edge.close();
			throw error;
		}
		edge.#dial();
		return edge;
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		clearTimeout(this.#timer);
		this.#line?.close();
		await this.#service?.close();
		await this.#pool.close();
	}

	#dial(): void {
		const { origin, key, name } = this.#options;
		const socket = new WebSocket(origin, {
			handshakeTimeout: OPEN_WITHIN,
			maxPayload: MAX_FRAME,
			perMessageDeflate: false,
		});
		let words: string | undefined;
		socket.on("error", (error) => {
			words = messageOf(error);
		});
		socket.on("open", () => this.#line?.send({ type: "hello", version: EDGE_VERSION, key, name }));
		socket.on("close", (code) => this.#lose(code, words));
		this.#line = new Line(socket, toEdge, {
			message: (message) => {
				if (message.type === "welcome") this.#join(socket);
				else void this.#service?.receive(message);
			},
			peerMessage: (peer, message) => this.#service?.sendMessage(peer, message),
			lost() {},
		});
	}

	#join(socket: WebSocket): void {
		const line = this.#line;
		if (line === undefined || this.#service !== undefined) return;
		this.#backoff.reset();
		this.#service = new EdgeService({
			pool: this.#pool,
			now: this.#options.now,
			localAddress: localAddressOf(socket),
			send: (message) => line.send(message),
			sendPeerMessage: (peer, message) => line.sendPeerMessage(peer, message),
		});
		this.#options.changed("joined");
	}

	#lose(code: number, words: string | undefined): void {
		const joined = this.#service !== undefined;
		void this.#service?.close();
		this.#service = undefined;
		this.#line = undefined;
		if (this.#closed) return;
		const refusal = refusalOf(code, this.#options.origin);
		if (refusal !== undefined) return this.#options.refused(refusal);
		if (joined || words !== undefined) this.#options.changed("lost", words);
		this.#timer = setTimeout(() => this.#dial(), this.#backoff.next());
	}
}

function refusalOf(code: number, origin: string): PortholeError | undefined {
	if (code === REFUSED.wrongKey) {
		return new PortholeError(
			"edge-refused",
			`${origin} does not know this key; take the one that it printed.`,
		);
	}
	if (code !== REFUSED.wrongVersion) return undefined;
	return new PortholeError(
		"edge-refused",
		`${origin} runs another version of Porthole; use the same on both.`,
	);
}

/** The address that the origin reaches this machine at: the one that this machine's packets to it come from. */
function localAddressOf(socket: WebSocket): string {
	const { _socket: line } = socket as unknown as { _socket: { localAddress?: string } };
	return (line.localAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
}
