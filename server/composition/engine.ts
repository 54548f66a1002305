import { sign } from "../../signaling/auth/secrets.ts";
import { loadKeys } from "../../signaling/auth/state-files.ts";
import { systemClock } from "../devices/clock.ts";
import { mediaAddresses } from "../host-addresses.ts";
import type { Log } from "../log.ts";
import type { MediaOptions } from "../options.ts";
import type { MediaEngine } from "../webrtc/media.ts";

type EngineOptions = Pick<MediaOptions, "engine" | "workers" | "edges" | "viewersHere"> & {
	readonly lan: boolean;
	readonly stateFolder: string;
};

/** A media engine that takes viewers. */
export interface OpenEngine {
	/** Undefined: the one that is always there. */
	readonly engine?: MediaEngine;
	/** How an edge joins. */
	readonly edges?: EdgeInvitation;
}

/** What an edge is started with. */
export interface EdgeInvitation {
	readonly url: string;
	readonly key: string;
}

/**
 * Opens the media engine asked for. Loads mediasoup only when it is wanted. Throws PortholeError `mediasoup-missing`,
 * `mediasoup-failed`, `no-address` and `port-in-use`.
 */
export async function openEngine(options: EngineOptions, log: Log): Promise<OpenEngine> {
	const { engine, workers, lan, edges, viewersHere } = options;
	if (engine === "werift") return {};
	const { createMediasoupEngine } = await import("../webrtc/mediasoup/engine.ts");
	const made = createMediasoupEngine({
		addresses: mediaAddresses(lan),
		tcp: true,
		now: systemClock.now,
		...(workers === undefined ? {} : { workers }),
		died: (error) => log.error("a worker of mediasoup died; its viewers connect anew", { error }),
	});
	try {
		await made.ready;
		if (edges === undefined) return { engine: made };
		const key = sign((await loadKeys(options.stateFolder)).signingKey, "edge", "");
		const url = await made.listenForEdges({
			...edges,
			key,
			...(viewersHere === undefined ? {} : { viewersHere }),
			changed: (name, state) => log.info(`an edge has ${state === "joined" ? "joined" : "gone"}`, { name }),
		});
		return { engine: made, edges: { url, key } };
	} catch (error) {
		await made.close();
		throw error;
	}
}
