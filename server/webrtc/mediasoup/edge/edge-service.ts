import type { PipeTransport, Router } from "mediasoup/types";
import { messageOf, PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { MediasoupPeer } from "../peer.ts";
import { Stations } from "../stations.ts";
import type { WorkerPool } from "../worker-pool.ts";
import { pipeEnd } from "./far-stream.ts";
import type { ToEdge, ToOrigin } from "./messages.ts";

/** Time between looks at viewers' deadlines and counters, milliseconds. */
const TICK = 1000;

export interface EdgeServiceOptions {
	readonly pool: WorkerPool;
	now(): number;
	/** Where pipes from the origin end. */
	readonly localAddress: string;
	send(message: ToOrigin): void;
	sendPeerMessage(peer: number, message: Uint8Array): void;
}

type OpenStream = Extract<ToEdge, { type: "open-stream" }>;
type OpenPeer = Extract<ToEdge, { type: "open-peer" }>;

/** What an edge does for its origin while the line lasts. */
export class EdgeService {
	readonly #options: EdgeServiceOptions;
	readonly #streams = new Map<number, Stations>();
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
		const stations = new Stations(this.#options.pool, async (router: Router) => {
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
		this.#streams.set(stream, stations);
		await stations.first();
		return pipeEnd(localAddress, opened?.tuple.localPort ?? 0, opened?.srtpParameters);
	}

	async #openPeer({ peer: number, stream, level, clockOrigin }: OpenPeer): Promise<string> {
		const stations = this.#streams.get(stream);
		if (stations === undefined) throw new PortholeError("track-closed", "The device's stream has ended.");
		const { send, sendPeerMessage, now } = this.#options;
		const peer = await stations.openPeer({
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
