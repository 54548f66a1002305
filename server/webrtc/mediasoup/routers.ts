import type { Router } from "mediasoup/types";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { MediasoupPeer, type PeerOptions } from "./peer.ts";
import { StreamRouter } from "./router.ts";
import type { WorkerPool, WorkerSlot } from "./worker-pool.ts";

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
