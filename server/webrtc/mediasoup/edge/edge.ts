import type { PipeTransport, Router } from "mediasoup/types";
import { WebSocket } from "ws";
import { Backoff } from "../../../../signaling/backoff.ts";
import { messageOf, PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { MonotonicTime } from "../../../../signaling/protocol/time.ts";
import type { MediasoupPeer } from "../peer.ts";
import { StreamRouters } from "../routers.ts";
import { WorkerPool, type WorkerPoolOptions } from "../worker-pool.ts";
import { EDGE_VERSION, EdgeConnection, MAX_FRAME, type ToEdge, type ToOrigin, toEdge } from "./connection.ts";
import { REFUSED } from "./origin.ts";
import { pipeEnd } from "./remote-streams.ts";

/** How long a connection may take to open, and the longest wait between attempts, milliseconds. */
const OPEN_WITHIN = 5000;
const LONGEST_WAIT = 2000;

export interface EdgeOptions extends Omit<WorkerPoolOptions, "died"> {
	/** The origin's socket for edges, such as `ws://10.0.0.1:8500/edge`. */
	readonly origin: string;
	readonly key: string;
	/** What people call this machine. */
	readonly name: string;
	now(): MonotonicTime;
	/** The connection to the origin has come or gone, with words when it could not be opened. */
	changed(state: "joined" | "lost", words?: string): void;
	/** The origin will never take this edge. */
	refused(error: PortholeError): void;
}

/**
 * A machine that serves viewers of another one's devices: it dials the origin, gets each device's stream once and makes
 * the connections that the origin asks for. When the connection is lost all of them end, and it dials again.
 */
export class Edge {
	readonly #options: EdgeOptions;
	readonly #pool: WorkerPool;
	readonly #backoff = new Backoff(Math.random, LONGEST_WAIT);
	#service: EdgeService | undefined;
	#connection: EdgeConnection<typeof toEdge, ToOrigin> | undefined;
	#timer: NodeJS.Timeout | undefined;
	#closed = false;

	private constructor(options: EdgeOptions) {
		this.#options = options;
		// What the dead worker served is the origin's to place anew.
		this.#pool = new WorkerPool({ ...options, died: () => this.#connection?.close() });
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
		this.#connection?.close();
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
		socket.on("open", () => this.#connection?.send({ type: "hello", version: EDGE_VERSION, key, name }));
		socket.on("close", (code) => this.#lose(code, words));
		this.#connection = new EdgeConnection(socket, toEdge, {
			message: (message) => {
				if (message.type === "welcome") this.#join(socket);
				else void this.#service?.receive(message);
			},
			peerMessage: (peer, message) => this.#service?.sendMessage(peer, message),
			lost() {},
		});
	}

	#join(socket: WebSocket): void {
		const connection = this.#connection;
		if (connection === undefined || this.#service !== undefined) return;
		this.#backoff.reset();
		this.#service = new EdgeService({
			pool: this.#pool,
			now: this.#options.now,
			localAddress: localAddressOf(socket),
			send: (message) => connection.send(message),
			sendPeerMessage: (peer, message) => connection.sendPeerMessage(peer, message),
		});
		this.#options.changed("joined");
	}

	#lose(code: number, words: string | undefined): void {
		const joined = this.#service !== undefined;
		void this.#service?.close();
		this.#service = undefined;
		this.#connection = undefined;
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

/** Time between looks at viewers' deadlines and counters, milliseconds. */
const TICK = 1000;

export interface EdgeServiceOptions {
	readonly pool: WorkerPool;
	now(): MonotonicTime;
	/** Where pipes from the origin end. */
	readonly localAddress: string;
	send(message: ToOrigin): void;
	sendPeerMessage(peer: number, message: Uint8Array): void;
}

type OpenStream = Extract<ToEdge, { type: "open-stream" }>;
type OpenPeer = Extract<ToEdge, { type: "open-peer" }>;

/** What an edge does for its origin while the connection lasts. */
export class EdgeService {
	readonly #options: EdgeServiceOptions;
	readonly #streams = new Map<number, StreamRouters>();
	readonly #peers = new Map<number, MediasoupPeer>();
	readonly #ticker: NodeJS.Timeout;
	#closed = false;

	constructor(options: EdgeServiceOptions) {
		this.#options = options;
		this.#ticker = setInterval(() => this.#tick(), TICK);
	}

	async receive(message: ToEdge): Promise<void> {
		if (!("request" in message)) return this.#obey(message);
		const { request } = message;
		try {
			this.#reply(await this.#answer(message));
		} catch (error) {
			const code = error instanceof PortholeError ? error.code : "internal";
			this.#reply({ type: "refused", request, code, message: messageOf(error).slice(0, 1000) });
		}
	}

	/** Hands a message of the origin to a viewer. */
	sendMessage(peer: number, message: Uint8Array): void {
		this.#peers.get(peer)?.sendMessage(message);
	}

	async close(): Promise<void> {
		this.#closed = true;
		clearInterval(this.#ticker);
		await Promise.all([...this.#peers.values()].map((peer) => peer.close()));
		await Promise.all([...this.#streams.values()].map((stream) => stream.close()));
	}

	async #answer(message: Extract<ToEdge, { request: number }>): Promise<ToOrigin> {
		const { request } = message;
		switch (message.type) {
			case "open-stream":
				return { type: "stream", request, pipe: await this.#openStream(message) };
			case "open-peer":
				return { type: "offer", request, sdp: await this.#openPeer(message) };
			case "answer":
				await this.#peers.get(message.peer)?.acceptAnswer(message.sdp);
				return { type: "done", request };
		}
	}

	#obey(message: Exclude<ToEdge, { request: number }>): void {
		switch (message.type) {
			case "close-stream":
				void this.#streams.get(message.stream)?.close();
				this.#streams.delete(message.stream);
				return;
			case "shown":
				return this.#peers.get(message.peer)?.setShown(message.shown);
			case "close-peer":
				void this.#peers.get(message.peer)?.close();
		}
	}

	async #openStream({ stream, pipe, producerId, rtp }: OpenStream) {
		const { localAddress } = this.#options;
		let opened: PipeTransport | undefined;
		const routers = new StreamRouters(this.#options.pool, async (router: Router) => {
			opened = await router.createPipeTransport({
				listenInfo: { protocol: "udp", ip: localAddress },
				enableSrtp: true,
				enableRtx: true,
			});
			await opened.connect({ ip: pipe.ip, port: pipe.port, srtpParameters: pipe.srtp });
			// mediasoup looks at all of it.
			const rtpParameters = rtp as never;
			return (await opened.produce({ id: producerId, kind: "video", rtpParameters })).id;
		});
		this.#streams.set(stream, routers);
		await routers.first();
		return pipeEnd(localAddress, opened?.tuple.localPort ?? 0, opened?.srtpParameters);
	}

	async #openPeer({ peer: number, stream, level, clockOrigin }: OpenPeer): Promise<string> {
		const routers = this.#streams.get(stream);
		if (routers === undefined) throw new PortholeError("track-closed", "The device's stream has ended.");
		const { send, sendPeerMessage, now } = this.#options;
		const peer = await routers.openPeer({
			id: String(number),
			level,
			clockOrigin,
			now,
			events: {
				connected: () => {
					this.#tell(number);
					send({ type: "connected", peer: number });
				},
				message: (data) => sendPeerMessage(number, data),
				unreadable: () => send({ type: "unreadable", peer: number }),
				closed: (reason) => send({ type: "closed", peer: number, reason }),
			},
			changed: () => {},
			keyframeNeeded: () => send({ type: "keyframe-needed", peer: number }),
			gone: () => this.#peers.delete(number),
		});
		this.#peers.set(number, peer);
		if (this.#closed) await peer.close();
		return peer.offer;
	}

	#reply(message: ToOrigin): void {
		if (!this.#closed) this.#options.send(message);
	}

	#tick(): void {
		for (const [number, peer] of this.#peers) {
			void peer.tick();
			this.#tell(number);
		}
	}

	#tell(number: number): void {
		const peer = this.#peers.get(number);
		if (peer === undefined) return;
		this.#options.send({ type: "stats", peer: number, watching: peer.watching, stats: peer.stats() });
	}
}
