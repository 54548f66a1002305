import { systemClock } from "../../devices/clock.ts";
import type { IceOptions } from "../ice/lite-agent.ts";
import type { MediaEngine, Track, TrackEvents } from "../media.ts";
import { ScriptPool } from "../sender/script-pool.ts";
import { createCertificate } from "./certificate.ts";
import { WeriftTrack } from "./track.ts";

/** Where a media engine listens and which clock it uses. */
export interface WeriftEngineOptions {
	/** Local addresses offered to viewers, the preferred one first; loopback when absent. */
	readonly addresses?: readonly string[];
	/** Also offer ICE-TCP; yes when absent. */
	readonly tcp?: boolean;
	/** First and last port for media; any free ones when absent. */
	readonly portRange?: readonly [number, number];
	/** Milliseconds since the Unix epoch, the clock of `AccessUnit.captureTime`. */
	now(): number;
}

/** Sends to browsers with werift's DTLS and SCTP, and an ICE-lite agent and RTP sender of our own. */
export function createWeriftEngine(options: WeriftEngineOptions): MediaEngine {
	const ice: IceOptions = {
		addresses: options.addresses ?? ["127.0.0.1", "::1"],
		tcp: options.tcp ?? true,
		...(options.portRange === undefined ? {} : { portRange: options.portRange }),
	};
	const pool = new ScriptPool({ now: options.now, after: systemClock.after });
	const tracks = new Set<WeriftTrack>();
	const certificate = createCertificate();
	// Whoever needs the certificate gets the error; nobody may need it.
	certificate.catch(() => {});
	return {
		name: "werift",
		openTrack(events: TrackEvents): Track {
			const track = new WeriftTrack({
				ice,
				pool,
				certificate,
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
