import { availableParallelism } from "node:os";
import type { MediaEngine, Track, TrackEvents } from "../media.ts";
import { MediasoupTrack } from "./track.ts";
import { WorkerPool, type WorkerPoolOptions } from "./worker-pool.ts";

/** Where a media engine listens and which clock it uses. */
export interface MediasoupEngineOptions extends Partial<WorkerPoolOptions> {
	/** Milliseconds since the Unix epoch, the clock of `AccessUnit.captureTime`. */
	now(): number;
}

/** Sends to browsers through mediasoup's workers, which are started with the engine. */
export function createMediasoupEngine(options: MediasoupEngineOptions): MediaEngine & {
	/** Resolves when viewers can be taken; throws as `WorkerPool.start` does. */
	readonly ready: Promise<void>;
} {
	const pool = new WorkerPool({
		...options,
		addresses: options.addresses ?? ["127.0.0.1", "::1"],
		tcp: options.tcp ?? true,
		workers: options.workers ?? availableParallelism(),
	});
	const tracks = new Set<MediasoupTrack>();
	const ready = pool.start();
	// Whoever waits for it gets the error; so does the first viewer.
	ready.catch(() => {});
	return {
		name: "mediasoup",
		ready,
		openTrack(events: TrackEvents): Track {
			const track = new MediasoupTrack({
				pool,
				events,
				now: options.now,
				gone: () => tracks.delete(track),
			});
			tracks.add(track);
			return track;
		},
		async close(): Promise<void> {
			await Promise.all([...tracks].map((track) => track.close()));
			await pool.close();
		},
	};
}
