import type { PeerLink } from "../connection/peer-connection.ts";
import { Store } from "../store.ts";
import { type FrameStats, readStats, type StatsSample } from "./frame-stats.ts";
import type { Latency, LatencyMeter } from "./latency.ts";
import { type Network, smallPictureText } from "./stats-text.ts";

/** What the stats line and panel show. */
export interface Readings {
	readonly stats?: FrameStats;
	readonly latency?: Latency;
	/** What the host says of the network, as far as it knows. */
	readonly network?: Network;
	/** Why the picture is the small one, while it is; the same text all the while. */
	readonly smaller?: string;
	/** The line has been bad for a while. */
	readonly poor: boolean;
}

/** How often numbers are read, ms. */
const EVERY = 1000;
/** Loss or round trip from which a line counts as bad, and for how many readings in a row. */
const POOR_LOSS = 0.05;
const POOR_ROUND_TRIP = 400;
const POOR_FOR = 3;

/** Reads the connection's numbers each second. */
export class StatsWatch {
	readonly readings = new Store<Readings>({ poor: false });
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

	/** Takes what the host says of the network. */
	hear(network: Network): void {
		this.#network = network;
		// Figures change all the time; text that did would be read out each time.
		if (network.rendition === "main") this.#smaller = undefined;
		else if (network.rendition === "small") this.#smaller ??= smallPictureText(network);
		const { network: _, smaller: __, ...rest } = this.readings.get();
		this.readings.set({ ...rest, ...this.#heard() });
	}

	/** Begins anew, as for a new peer. */
	reset(): void {
		this.#sample = undefined;
		this.#network = undefined;
		this.#smaller = undefined;
		this.#bad = 0;
		this.readings.set({ poor: false });
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
		const latency = this.#latency.get();
		this.#bad = stats && isBad(stats) ? this.#bad + 1 : 0;
		this.readings.set({
			...(stats && { stats }),
			...(latency && { latency }),
			...this.#heard(),
			poor: this.#bad >= POOR_FOR,
		});
	}
}

function isBad(stats: FrameStats): boolean {
	return stats.loss > POOR_LOSS || (stats.roundTrip ?? 0) > POOR_ROUND_TRIP;
}
