import { availableParallelism } from "node:os";
import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import type { MediaEngine, Track, TrackEvents } from "../media.ts";
import { Edges, type EdgesOptions } from "./edge/origin.ts";
import { MediasoupTrack } from "./track.ts";
import { WorkerPool, type WorkerPoolOptions } from "./worker-pool.ts";

/** Where a media engine listens and which clock it uses. */
export interface MediasoupEngineOptions extends Partial<WorkerPoolOptions> {
	/** The clock of `AccessUnit.captureTime`. */
	now(): MonotonicTime;
}

/** mediasoup as a media engine, with what it has beyond others. */
export interface MediasoupEngine extends MediaEngine {
	/** Resolves when viewers can be taken; throws as `WorkerPool.start` does. */
	readonly ready: Promise<void>;
	/** Lets other machines take viewers from now on; answers what they dial. Throws as `Edges.listen` does. */
	listenForEdges(options: EdgesOptions): Promise<string>;
}

/** Sends to browsers through mediasoup's workers, which are started with the engine. */
export function createMediasoupEngine(options: MediasoupEngineOptions): MediasoupEngine {
	const pool = new WorkerPool({
		...options,
		addresses: options.addresses ?? ["127.0.0.1", "::1"],
		tcp: options.tcp ?? true,
		workers: options.workers ?? availableParallelism(),
	});
	const tracks = new Set<MediasoupTrack>();
	let edges: Edges | undefined;
	const ready = pool.start();
	// Whoever waits for it gets the error; so does the first viewer.
	ready.catch(() => {});
	return {
		name: "mediasoup",
		ready,
		async listenForEdges(options: EdgesOptions): Promise<string> {
			edges = await Edges.listen(options);
			return edges.url;
		},
		openTrack(events: TrackEvents): Track {
			const track = new MediasoupTrack({
				pool,
				events,
				edges: () => edges,
				now: options.now,
				gone: () => tracks.delete(track),
			});
			tracks.add(track);
			return track;
		},
		async close(): Promise<void> {
			await Promise.all([...tracks].map((track) => track.close()));
			await edges?.close();
			await pool.close();
		},
	};
}
