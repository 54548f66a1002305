import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import type { AccessUnit } from "../../devices/provider.ts";
import { forEachNal, NAL_SPS, nalType } from "../../h264/annexb.ts";
import { parseSequenceParameters } from "../../h264/parameter-sets.ts";
import type { MaxBitrates, Peer, PeerEvents, Track, TrackEvents } from "../media.ts";
import { chooseClockOrigin } from "../rtp/media-clock.ts";
import type { Edges } from "./edge/origin.ts";
import { RemotePeer } from "./edge/remote-peer.ts";
import { RemoteStreams } from "./edge/remote-streams.ts";
import { Ingest } from "./ingest.ts";
import type { PeerOptions as LocalPeerOptions, MediasoupPeer } from "./peer.ts";
import { StreamRouters } from "./routers.ts";
import { TargetBitratesReporter, targetBitratesOf } from "./target-bitrates.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** `level_idc` that every receiver knows: 3.1. */
const DEFAULT_LEVEL = 31;

/** Time between looks at the viewers' deadlines and counters, milliseconds. */
const TICK = 1000;

/** What both kinds of peer are opened with. */
type PeerOptions = Omit<LocalPeerOptions, "gone"> & { gone(peer: MediasoupPeer | RemotePeer): void };

export interface TrackOptions {
	readonly pool: WorkerPool;
	readonly events: TrackEvents;
	/** Other machines that may take viewers. */
	edges(): Edges | undefined;
	now(): MonotonicTime;
	/** The track is closed. */
	gone(track: MediasoupTrack): void;
}

/** One device's stream: handed to a worker once, and from there to every viewer. */
export class MediasoupTrack implements Track {
	readonly #options: TrackOptions;
	readonly #clockOrigin: number;
	readonly #routers: StreamRouters;
	readonly #peers = new Set<MediasoupPeer | RemotePeer>();
	readonly #remoteStreams = new RemoteStreams();
	readonly #ticker: NodeJS.Timeout;
	#ingest: Ingest | undefined;
	readonly #targetBitrates: TargetBitratesReporter;
	#maxBitrates: MaxBitrates | undefined;
	#level = DEFAULT_LEVEL;
	#closed = false;

	constructor(options: TrackOptions) {
		this.#options = options;
		this.#targetBitrates = new TargetBitratesReporter(options.now, (targetBitrates) =>
			options.events.targetBitrates(targetBitrates),
		);
		this.#clockOrigin = chooseClockOrigin(options.now(), Math.random());
		this.#routers = new StreamRouters(options.pool, async (router) => {
			this.#ingest?.close();
			this.#ingest = await Ingest.open(router, {
				clockOrigin: this.#clockOrigin,
				now: options.now,
				keyframeNeeded: () => options.events.keyframeNeeded("main"),
			});
			return this.#ingest.producerId;
		});
		this.#ticker = setInterval(() => this.#tick(), TICK);
	}

	push(unit: AccessUnit): void {
		if (this.#closed) return;
		if (unit.keyframe) this.#learnLevel(unit.data);
		if (this.#peers.size === 0) return;
		this.#ingest?.push(unit);
	}

	setMaxBitrates(maxBitrates: MaxBitrates): void {
		this.#maxBitrates = maxBitrates;
		this.#updateTargetBitrates();
	}

	async addPeer(id: string, events: PeerEvents): Promise<Peer> {
		this.#throwIfClosed(id);
		const peer = await this.#connect({
			id,
			level: this.#level,
			clockOrigin: this.#clockOrigin,
			events,
			now: this.#options.now,
			changed: () => this.#updateTargetBitrates(),
			keyframeNeeded: () => this.#options.events.keyframeNeeded("main"),
			gone: (closed: MediasoupPeer | RemotePeer) => {
				this.#peers.delete(closed);
				this.#updateTargetBitrates();
			},
		});
		this.#peers.add(peer);
		if (this.#closed) await peer.close();
		this.#throwIfClosed(id);
		return peer;
	}

	async close(): Promise<void> {
		this.#closed = true;
		clearInterval(this.#ticker);
		await Promise.all([...this.#peers].map((peer) => peer.close()));
		this.#remoteStreams.close();
		this.#ingest?.close();
		await this.#routers.close();
		this.#options.gone(this);
	}

	/** On the edge whose turn it is; here when it is nobody's or the edge cannot. */
	async #connect(options: PeerOptions): Promise<MediasoupPeer | RemotePeer> {
		const { edges, pool } = this.#options;
		const link = edges()?.pick(pool.viewers);
		if (link === undefined) return this.#routers.openPeer(options);
		try {
			const streamRouter = await this.#routers.first();
			return await RemotePeer.open(await this.#remoteStreams.at(link, streamRouter), options);
		} catch {
			return this.#routers.openPeer(options);
		}
	}

	#tick(): void {
		for (const peer of this.#peers) void peer.tick();
		this.#updateTargetBitrates();
	}

	/** Without max bitrates nothing is known of rates, and the source runs at its own. */
	#updateTargetBitrates(): void {
		if (this.#closed || this.#maxBitrates === undefined) return;
		this.#targetBitrates.update(targetBitratesOf(this.#peers, this.#maxBitrates));
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
