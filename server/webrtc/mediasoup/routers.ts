import type { Router, RtpCapabilities, WebRtcTransport } from "mediasoup/types";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { MAX_MESSAGE } from "../sdp/host-offer.ts";
import { type DataHub, MAX_WAITING } from "./data-channel.ts";
import { ROUTER_CODEC } from "./ingest.ts";
import { MediasoupPeer, type PeerOptions } from "./peer.ts";
import type { WorkerPool, WorkerSlot } from "./worker-pool.ts";

/** A viewer's browser checks the connection every 2.5 s; after this long without a sign it is gone, seconds. */
const SILENCE_LIMIT = 12;

/** What a path is taken to carry until it is known, bits per second: enough for any screen. */
const FIRST_ESTIMATE = 10_000_000;

/** A device's stream on one worker: viewers are connected here. */
export class StreamRouter {
	readonly slot: WorkerSlot;
	readonly router: Router;
	readonly hub: DataHub;
	/** Id of the device's stream, the same on every worker. */
	readonly producerId: string;

	private constructor(slot: WorkerSlot, router: Router, hub: DataHub, producerId: string) {
		this.slot = slot;
		this.router = router;
		this.hub = hub;
		this.producerId = producerId;
	}

	/** Opens a router on a worker; `bring` makes the device's stream come there and tells its id. */
	static async open(slot: WorkerSlot, bring: (router: Router) => Promise<string>): Promise<StreamRouter> {
		const router = await slot.worker.createRouter({ mediaCodecs: [ROUTER_CODEC] });
		try {
			const transport = await router.createDirectTransport({ maxReceiveMessageSize: MAX_MESSAGE });
			const { id } = await transport.produceData({ label: "input" });
			return new StreamRouter(slot, router, { transport, producerId: id }, await bring(router));
		} catch (error) {
			router.close();
			throw error;
		}
	}

	/** All that the router can send: what a viewer does not take of it shows in its answer. */
	get viewerCapabilities(): RtpCapabilities {
		return this.router.rtpCapabilities;
	}

	openTransport(): Promise<WebRtcTransport> {
		return this.router.createWebRtcTransport({
			webRtcServer: this.slot.server,
			enableUdp: true,
			enableTcp: true,
			preferUdp: true,
			iceConsentTimeout: SILENCE_LIMIT,
			initialAvailableOutgoingBitrate: FIRST_ESTIMATE,
			enableSctp: true,
			maxReceiveMessageSize: MAX_MESSAGE,
			sctpSendBufferSize: 2 * MAX_WAITING,
			sctpPerStreamSendQueueLimit: MAX_WAITING,
		});
	}

	close(): void {
		this.router.close();
	}
}

/**
 * A device's stream on the workers of this process: it comes to one of them, and from there by pipe to each other that
 * viewers are put on.
 */
export class StreamRouters {
	readonly #pool: WorkerPool;
	readonly #bring: (router: Router) => Promise<string>;
	readonly #others = new Map<WorkerSlot, Promise<StreamRouter>>();
	#first: Promise<StreamRouter> | undefined;
	#closed = false;

	/** `bring` makes the stream come to the first router and tells its id there. */
	constructor(pool: WorkerPool, bring: (router: Router) => Promise<string>) {
		this.#pool = pool;
		this.#bring = bring;
	}

	/** The router where the stream comes in. Throws as `WorkerPool.start` does, and `track-closed`. */
	first(): Promise<StreamRouter> {
		this.#first ??= this.#openFirst();
		this.#first.catch(() => {
			this.#first = undefined;
		});
		return this.#first;
	}

	/** Connects a viewer on the worker that has the fewest. Throws as `first` does. */
	async openPeer(options: PeerOptions): Promise<MediasoupPeer> {
		const streamRouter = await this.#next();
		streamRouter.slot.viewers++;
		const leave = () => {
			streamRouter.slot.viewers--;
		};
		try {
			const gone = (peer: MediasoupPeer) => {
				leave();
				options.gone(peer);
			};
			return await MediasoupPeer.open(streamRouter, { ...options, gone });
		} catch (error) {
			leave();
			throw error;
		}
	}

	async close(): Promise<void> {
		this.#closed = true;
		const opened = [this.#first, ...this.#others.values()].filter(
			(streamRouter) => streamRouter !== undefined,
		);
		for (const streamRouter of await Promise.allSettled(opened)) {
			if (streamRouter.status === "fulfilled") streamRouter.value.close();
		}
	}

	/** The router for the next viewer: this stream's first when its worker has no more viewers than others. */
	async #next(): Promise<StreamRouter> {
		const first = await this.first();
		const slot = await this.#pool.pick(first.slot);
		if (slot === first.slot) return first;
		const known = this.#others.get(slot);
		if (known !== undefined) return known;
		const opening = StreamRouter.open(slot, async (router) => {
			await first.router.pipeToRouter({ producerId: first.producerId, router });
			return first.producerId;
		});
		this.#others.set(slot, opening);
		opening.catch(() => this.#others.delete(slot));
		slot.worker.on("died", () => this.#others.delete(slot));
		return opening;
	}

	async #openFirst(): Promise<StreamRouter> {
		const slot = await this.#pool.pick();
		if (this.#closed) throw new PortholeError("track-closed", "The device's stream has ended.");
		const streamRouter = await StreamRouter.open(slot, this.#bring);
		streamRouter.slot.worker.on("died", () => this.#forget());
		return streamRouter;
	}

	/** Without the worker that the stream comes in at, the others get nothing either: the next viewer begins anew. */
	#forget(): void {
		this.#first = undefined;
		for (const streamRouter of this.#others.values()) streamRouter.then((one) => one.close()).catch(() => {});
		this.#others.clear();
	}
}
