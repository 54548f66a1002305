import type { MediaOptions } from "../cli/media-options.ts";
import { systemClock } from "../devices/clock.ts";
import { mediaAddresses } from "../host-addresses.ts";
import type { Log } from "../log.ts";
import type { MediaEngine } from "../webrtc/media.ts";

/**
 * The media engine asked for, ready to take viewers; undefined when it is the one that is always there. Loads mediasoup
 * only when it is wanted. Throws PortholeError `mediasoup-missing`, `mediasoup-failed` and `no-address`.
 */
export async function openEngine(
	{ engine, workers, lan }: Pick<MediaOptions, "engine" | "workers"> & { readonly lan: boolean },
	log: Log,
): Promise<MediaEngine | undefined> {
	if (engine === "werift") return undefined;
	const { createMediasoupEngine } = await import("../webrtc/mediasoup/engine.ts");
	const made = createMediasoupEngine({
		addresses: mediaAddresses(lan),
		tcp: true,
		now: systemClock.now,
		...(workers === undefined ? {} : { workers }),
		died: (error) => log.error("a worker of mediasoup died; its viewers connect anew", { error }),
	});
	await made.ready;
	return made;
}
