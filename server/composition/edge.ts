import type { PortholeError } from "../../signaling/protocol/errors.ts";
import { systemClock } from "../devices/clock.ts";
import { mediaAddresses } from "../host-addresses.ts";
import type { Log } from "../log.ts";
import type { EdgeOptions } from "../options.ts";

/** A machine that serves viewers of another one's devices. */
export interface RunningEdge {
	/** The origin will never take it. */
	readonly refused: Promise<PortholeError>;
	close(): Promise<void>;
}

/** Starts mediasoup's workers and dials the origin. Throws PortholeError as the workers do. */
export async function startEdge(options: EdgeOptions, log: Log): Promise<RunningEdge> {
	const { availableParallelism } = await import("node:os");
	const { Edge } = await import("../webrtc/mediasoup/edge/edge.ts");
	const refused = Promise.withResolvers<PortholeError>();
	let told = "";
	const edge = await Edge.start({
		...options,
		addresses: mediaAddresses(options.lan),
		tcp: true,
		workers: options.workers ?? availableParallelism(),
		now: systemClock.now,
		refused: refused.resolve,
		changed(state, words = "the line was cut") {
			const { origin } = options;
			if (state === "joined") log.info("serving viewers of another machine", { origin });
			else if (words !== told) log.warn("the origin is not there", { origin, message: words });
			told = state === "joined" ? "" : words;
		},
	});
	return { refused: refused.promise, close: () => edge.close() };
}
