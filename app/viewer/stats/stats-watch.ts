import { pageClock } from "../../../signaling/protocol/time.ts";
import type { PeerLink } from "../connection/peer-connection.ts";
import { Store } from "../store.ts";
import { type FrameStats, readStats, type StatsSample } from "./frame-stats.ts";
import type { Latency, LatencyMeter } from "./latency.ts";
import { type Network, smallRenditionText } from "./stats-text.ts";

/** Figures for the stats line and panel. */
export interface Readings {
	readonly stats?: FrameStats;
	readonly latency?: Latency;
	/** Nothing moves on the screen, so there is nothing to measure. */
	readonly idle: boolean;
	/** The host's estimate of the network, as far as it has one. */
	readonly network?: Network;
	/** Why the small rendition is shown, while it is; the text does not change meanwhile. */
	readonly smaller?: string;
	/** The connection has been bad for a while. */
	readonly poor: boolean;
}

/** How often the figures are read, ms. */
const EVERY = 1000;
/** Loss or round trip from which a connection counts as bad, and for how many readings in a row. */
const POOR_LOSS = 0.05;
const POOR_ROUND_TRIP = 400;
const POOR_FOR = 3;
/** Frames a second from which a screen counts as moving, for browsers that do not tell of each frame. */
const IDLE_BELOW = 0.5;

/** Reads the connection's figures each second. */
export class StatsWatch {
	readonly readings = new Store<Readings>({ idle: false, poor: false });
	readonly #peer: () => PeerLink | undefined;
	readonly #latency: LatencyMeter;
	#timer: ReturnType<typeof setInterval> | undefined;
	#sample: StatsSample | undefined;
	#bad = 0;
	#network: Network | undefined;
	#smaller: string | undefined;

	constructor(peer: () => PeerLink | undefined, latency: LatencyMeter) {
		this.#peer = peer;
		this.#latency = latency;
	}

	start(): void {
		this.stop();
		this.#timer = setInterval(() => void this.#read(), EVERY);
	}

	stop(): void {
		clearInterval(this.#timer);
	}

	/** Handles the host's estimate of the network. */
	hear(network: Network): void {
		this.#network = network;
		// The figures change all the time; a changed text would be read out by screen readers each time.
		if (network.rendition === "main") this.#smaller = undefined;
		else if (network.rendition === "small") this.#smaller ??= smallRenditionText(network);
		const { network: _, smaller: __, ...rest } = this.readings.get();
		this.readings.set({ ...rest, ...this.#heard() });
	}

	/** Starts over, as for a new peer. */
	reset(): void {
		this.#sample = undefined;
		this.#network = undefined;
		this.#smaller = undefined;
		this.#bad = 0;
		this.readings.set({ idle: false, poor: false });
	}

	#heard(): Pick<Readings, "network" | "smaller"> {
		return {
			...(this.#network && { network: this.#network }),
			...(this.#smaller !== undefined && { smaller: this.#smaller }),
		};
	}

	async #read(): Promise<void> {
		const peer = this.#peer();
		if (!peer) return;
		const { sample, stats } = readStats(await peer.stats(), this.#sample);
		if (peer !== this.#peer()) return;
		this.#sample = sample;
		const now = pageClock.now();
		const latency = this.#latency.get(now);
		const idle = !latency && (this.#latency.idle(now) || (stats !== undefined && stats.fps < IDLE_BELOW));
		this.#bad = stats && isBad(stats) ? this.#bad + 1 : 0;
		this.readings.set({
			...(stats && { stats }),
			...(latency && { latency }),
			...this.#heard(),
			idle,
			poor: this.#bad >= POOR_FOR,
		});
	}
}

function isBad(stats: FrameStats): boolean {
	return stats.loss > POOR_LOSS || (stats.roundTrip ?? 0) > POOR_ROUND_TRIP;
}
