import type { Router } from "mediasoup/types";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { MediasoupPeer, type PeerOptions } from "./peer.ts";
import { Station } from "./station.ts";
import type { Seat, WorkerPool } from "./worker-pool.ts";

/**
 * A device's stream on the workers of this process: it comes to one of them, and from there by pipe to each other that
 * viewers are put on.
 */
export class Stations {
	readonly #pool: WorkerPool;
	readonly #bring: (router: Router) => Promise<string>;
	readonly #others = new Map<Seat, Promise<Station>>();
	#first: Promise<Station> | undefined;
	#closed = false;

	/** `bring` makes the stream come to the first router and tells its id there. */
	constructor(pool: WorkerPool, bring: (router: Router) => Promise<string>) {
		this.#pool = pool;
		this.#bring = bring;
	}

	/** The station where the stream comes in. Throws as `WorkerPool.start` does, and `track-closed`. */
	first(): Promise<Station> {
		this.#first ??= this.#openFirst();
		this.#first.catch(() => {
			this.#first = undefined;
		});
		return this.#first;
	}

	/** Connects a viewer on the worker that has the fewest. Throws as `first` does. */
	async openPeer(options: PeerOptions): Promise<MediasoupPeer> {
		const station = await this.#next();
		station.seat.viewers++;
		const leave = () => {
			station.seat.viewers--;
		};
		try {
			const gone = (peer: MediasoupPeer) => {
				leave();
				options.gone(peer);
			};
			return await MediasoupPeer.open(station, { ...options, gone });
		} catch (error) {
			leave();
			throw error;
		}
	}

	async close(): Promise<void> {
		this.#closed = true;
		const opened = [this.#first, ...this.#others.values()].filter((station) => station !== undefined);
		for (const station of await Promise.allSettled(opened)) {
			if (station.status === "fulfilled") station.value.close();
		}
	}

	/** The station for the next viewer: this stream's first when its worker has no more viewers than others. */
	async #next(): Promise<Station> {
		const first = await this.first();
		const seat = await this.#pool.pick(first.seat);
		if (seat === first.seat) return first;
		const known = this.#others.get(seat);
		if (known !== undefined) return known;
		const opening = Station.open(seat, async (router) => {
			await first.router.pipeToRouter({ producerId: first.producerId, router });
			return first.producerId;
		});
		this.#others.set(seat, opening);
		opening.catch(() => this.#others.delete(seat));
		seat.worker.on("died", () => this.#others.delete(seat));
		return opening;
	}

	async #openFirst(): Promise<Station> {
		const seat = await this.#pool.pick();
		if (this.#closed) throw new PortholeError("track-closed", "The device's stream has ended.");
		const station = await Station.open(seat, this.#bring);
		station.seat.worker.on("died", () => this.#forget());
		return station;
	}

	/** Without the worker that the stream comes in at, the others get nothing either: the next viewer begins anew. */
	#forget(): void {
		this.#first = undefined;
		for (const station of this.#others.values()) station.then((one) => one.close()).catch(() => {});
		this.#others.clear();
	}
}
