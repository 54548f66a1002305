import type { Clock } from "../../../server/devices/clock.ts";
import { ScriptPool } from "../../../server/webrtc/sender/script-pool.ts";
import type { Feed, Sender, TransportReport } from "../../../server/webrtc/sender/sender-pool.ts";
import { ViewerRate } from "../../../server/webrtc/sender/viewer-rate.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { LOCAL_KEYS, REMOTE_KEYS, RESENT_SSRC, SSRC } from "../sender-lab.ts";
import { seededRandom } from "./random.ts";
import { SimulatedEncoder } from "./simulated-encoder.ts";
import { type LinkTerms, SimulatedLink } from "./simulated-link.ts";
import { SimulatedReceiver } from "./simulated-receiver.ts";

export interface ViewerOptions {
	readonly seed: number;
	readonly link: Partial<LinkTerms>;
	/** The way back. */
	readonly back?: Partial<LinkTerms>;
	readonly transportFeedback?: boolean;
	readonly clockSkew?: number;
	/** The best that the source gives, bits per second. */
	readonly supply?: number;
	/** The viewer stays on a rendition of this rate whatever it could take. */
	readonly fixedRate?: number;
}

/** What a simulation saw in one moment. */
export interface Sample {
	readonly time: number;
	readonly estimate: number;
	/** Delay of the bottleneck's queue, ms. */
	readonly queued: number;
	readonly rate: number;
	readonly congested: boolean;
}

/** One viewer at the far end of a simulated path, its sender and rate control the real ones, in virtual time. */
export class SimulatedViewer {
	readonly clock = new FakeClock(1_000_000);
	readonly link: SimulatedLink;
	readonly back: SimulatedLink;
	readonly sender: Sender;
	readonly rate: ViewerRate;
	readonly encoder: SimulatedEncoder;
	readonly samples: Sample[] = [];
	/** When each picture was taken, when shown, and so late, ms. */
	readonly shown: { readonly time: number; readonly latency: number }[] = [];
	readonly reports: TransportReport[] = [];
	probes = 0;
	readonly #supply: number;
	readonly #fixedRate: number | undefined;
	readonly #captured = new Map<number, { time: number; keyframe: boolean }>();

	constructor(options: ViewerOptions) {
		const { clock } = this;
		const random = seededRandom(options.seed);
		this.#supply = options.supply ?? 8e6;
		this.#fixedRate = options.fixedRate;
		const pool = new ScriptPool(clock);
		const feed = pool.openFeed();
		this.rate = new ViewerRate(clock.now());
		this.rate.setWanted(1.2 * this.#supply);
		this.sender = pool.openSender({
			terms: {
				payloadType: 102,
				ssrc: SSRC,
				retransmission: { payloadType: 103, ssrc: RESENT_SSRC },
				extensions: { transportSequence: 2 },
				mid: "0",
				cname: "simulation",
				clockOrigin: 0,
			},
			keys: { local: LOCAL_KEYS, remote: REMOTE_KEYS },
			pace: this.rate.pace,
			events: {
				keyframeNeeded: () => this.encoder.requestKeyframe(),
				heard() {},
				feedback: (report) => this.#take(report),
				followed() {},
			},
		});
		this.link = new SimulatedLink(clock, random, options.link, (packet) => receiver.receive(packet));
		this.back = new SimulatedLink(
			clock,
			random,
			options.back ?? { delay: options.link.delay ?? 10 },
			(packet) => this.sender.receive(packet),
		);
		const receiver = new SimulatedReceiver({
			clock,
			send: (packet) => this.back.send(packet),
			shown: (timestamp) => this.#show(timestamp),
			isKeyframe: (timestamp) => this.#captured.get(timestamp)?.keyframe ?? false,
			transportFeedback: options.transportFeedback ?? true,
			clockOffset: 123_456_789,
			clockSkew: options.clockSkew ?? 0,
		});
		this.encoder = this.#openEncoder(clock, random, feed);
		this.#steer();
		this.sender.setPath({
			send: (packet, length) => {
				this.link.send(packet.subarray(0, length));
				return false;
			},
			queuedBytes: () => 0,
		});
		this.sender.follow(feed);
		this.#poll(0);
	}

	/** Lets time pass, milliseconds. */
	run(ms: number): void {
		this.clock.advance(ms);
	}

	#openEncoder(clock: Clock, random: () => number, feed: Feed): SimulatedEncoder {
		return new SimulatedEncoder(clock, random, feed, 60, (timestamp, time, keyframe) => {
			this.#captured.set(timestamp, { time, keyframe });
		});
	}

	#take(report: TransportReport): void {
		this.reports.push(report);
		this.rate.report(report);
		this.#steer();
	}

	#poll(count: number): void {
		this.clock.after(100, () => this.#poll(count + 1));
		this.rate.poll(this.sender.stats(), this.clock.now());
		if (count % 10 === 0) this.sender.report();
		this.#steer();
		this.samples.push({
			time: this.clock.now() - 1_000_000,
			estimate: this.rate.estimate,
			queued: this.link.queued,
			rate: this.encoder.rate ?? 0,
			congested: this.rate.isCongested,
		});
	}

	#steer(): void {
		this.encoder.rate = this.#fixedRate ?? Math.min(this.#supply, 0.9 * this.rate.estimate);
		this.sender.setPace(this.rate.pace);
		const probe = this.rate.nextProbe(this.clock.now());
		if (probe === undefined) return;
		this.probes++;
		this.sender.probe(probe.rate, probe.bytes);
	}

	#show(timestamp: number): void {
		const captured = this.#captured.get(timestamp)?.time;
		if (captured === undefined) return;
		const now = this.clock.now();
		this.shown.push({ time: now - 1_000_000, latency: now - captured });
	}
}

/** The value that a share of some values is at or below. */
export function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
