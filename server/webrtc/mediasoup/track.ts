import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { AccessUnit } from "../../devices/provider.ts";
import { forEachNal, NAL_SPS, nalType } from "../../h264/annexb.ts";
import { parseSequenceParameters } from "../../h264/parameter-sets.ts";
import type { Peer, PeerEvents, Supply, Track, TrackEvents } from "../media.ts";
import { KeyframeGate } from "../sender/keyframe-gate.ts";
import { chooseClockOrigin } from "../sender/media-clock.ts";
import { Ingest } from "./ingest.ts";
import { MediasoupPeer } from "./peer.ts";
import { Stations } from "./stations.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** `level_idc` that every receiver knows: 3.1. */
const DEFAULT_LEVEL = 31;

/** Time between looks at the viewers' deadlines and counters, milliseconds. */
const TICK = 1000;

export interface TrackOptions {
	readonly pool: WorkerPool;
	readonly events: TrackEvents;
	now(): number;
	/** The track is closed. */
	gone(track: MediasoupTrack): void;
}

/** One device's stream: handed to a worker once, and from there to every viewer. */
export class MediasoupTrack implements Track {
	readonly #options: TrackOptions;
	readonly #gate: KeyframeGate;
	readonly #clockOrigin: number;
	readonly #stations: Stations;
	readonly #peers = new Set<MediasoupPeer>();
	readonly #ticker: NodeJS.Timeout;
	#ingest: Ingest | undefined;
	#level = DEFAULT_LEVEL;
	#closed = false;

	constructor(options: TrackOptions) {
		this.#options = options;
		this.#gate = new KeyframeGate(options.now, () => options.events.keyframeNeeded("main"));
		this.#clockOrigin = chooseClockOrigin(options.now(), Math.random());
		this.#stations = new Stations(options.pool, async (router) => {
			this.#ingest?.close();
			this.#ingest = await Ingest.open(router, {
				clockOrigin: this.#clockOrigin,
				now: options.now,
				keyframeNeeded: () => this.#gate.request(),
			});
			return this.#ingest.producerId;
		});
		this.#ticker = setInterval(() => this.#tick(), TICK);
	}

	push(unit: AccessUnit): void {
		if (this.#closed) return;
		if (unit.keyframe) this.#learnLevel(unit.data);
		if (this.#peers.size === 0) return;
		if (unit.keyframe) this.#gate.keyframeSent();
		this.#ingest?.push(unit);
	}

	setSupply(_supply: Supply): void {}

	async addPeer(id: string, events: PeerEvents): Promise<Peer> {
		this.#throwIfClosed(id);
		const station = await this.#stations.next();
		station.seat.viewers++;
		const leave = () => {
			station.seat.viewers--;
		};
		const peer = await MediasoupPeer.open(station, {
			id,
			level: this.#level,
			clockOrigin: this.#clockOrigin,
			events,
			now: this.#options.now,
			changed: () => {},
			gone: (closed) => {
				leave();
				this.#peers.delete(closed);
			},
		}).catch((error: unknown) => {
			leave();
			throw error;
		});
		this.#peers.add(peer);
		if (this.#closed) await peer.close();
		this.#throwIfClosed(id);
		return peer;
	}

	async close(): Promise<void> {
		this.#closed = true;
		clearInterval(this.#ticker);
		this.#gate.close();
		await Promise.all([...this.#peers].map((peer) => peer.close()));
		this.#ingest?.close();
		await this.#stations.close();
		this.#options.gone(this);
	}

	#tick(): void {
		for (const peer of this.#peers) void peer.tick();
	}

	#learnLevel(data: Uint8Array): void {
		forEachNal(data, (nal) => {
			if (nalType(nal) !== NAL_SPS) return;
			this.#level = Math.max(DEFAULT_LEVEL, parseSequenceParameters(nal)?.level ?? 0);
		});
	}

	#throwIfClosed(id: string): void {
		if (!this.#closed) return;
		throw new PortholeError("track-closed", `Could not connect viewer ${id}: the device's stream has ended.`);
	}
}
