import type { Sender, TransportReport } from "../../../server/webrtc/rtp/sender.ts";
import type { SenderPool } from "../../../server/webrtc/rtp/sender-pool.ts";
import type { Subscriber } from "../../../server/webrtc/rtp/subscribers.ts";
import type { PoolClock } from "../pool-clock.ts";
import { LOCAL_KEYS, REMOTE_KEYS, RESENT_SSRC, SSRC } from "../sender-lab.ts";
import { type LinkTerms, SimulatedLink } from "./simulated-link.ts";
import { SimulatedReceiver } from "./simulated-receiver.ts";

export interface ViewerOptions {
	readonly link: Partial<LinkTerms>;
	/** The way back; as long as the way there when absent, and else good. */
	readonly back?: Partial<LinkTerms>;
	readonly transportFeedback?: boolean;
	/** How much faster the receiver's clock runs, as a fraction. */
	readonly clockSkew?: number;
}

/** A frame as the encoder made it. */
export interface EncodedFrame {
	readonly time: number;
	readonly keyframe: boolean;
}

/** What was seen in one moment; times and delays in milliseconds. */
export interface Sample {
	readonly time: number;
	readonly estimate: number;
	/** Delay of the bottleneck's queue. */
	readonly queued: number;
	readonly rendition: string | undefined;
}

interface Surroundings {
	readonly clock: PoolClock;
	readonly random: () => number;
	readonly pool: SenderPool;
	readonly member: Subscriber;
	/** The frame with an RTP timestamp. */
	frame(timestamp: number): EncodedFrame | undefined;
}

/** One viewer at the far end of a simulated path; its sender and its rate control are the real ones. */
export class SimulatedViewer {
	readonly link: SimulatedLink;
	readonly back: SimulatedLink;
	readonly sender: Sender;
	readonly member: Subscriber;
	readonly samples: Sample[] = [];
	/** When frames were shown, and how long after they were taken. */
	readonly shown: { readonly time: number; readonly latency: number }[] = [];
	readonly reports: TransportReport[] = [];
	readonly #clock: PoolClock;
	readonly #origin: number;

	constructor(options: ViewerOptions, { clock, random, pool, member, frame }: Surroundings) {
		this.#clock = clock;
		this.#origin = clock.now();
		this.member = member;
		this.link = new SimulatedLink(clock.besideThread, random, options.link, (packet) =>
			receiver.receive(packet),
		);
		this.back = new SimulatedLink(clock, random, options.back ?? { delay: this.link.terms.delay }, (packet) =>
			this.sender.receive(packet),
		);
		const receiver = new SimulatedReceiver({
			clock,
			send: (packet) => this.back.send(packet),
			shown: (timestamp) => {
				const time = this.time;
				this.shown.push({ time, latency: clock.now() - (frame(timestamp)?.time ?? Number.NaN) });
			},
			isKeyframe: (timestamp) => frame(timestamp)?.keyframe ?? false,
			transportFeedback: options.transportFeedback ?? true,
			clockOffset: 123_456_789,
			clockSkew: options.clockSkew ?? 0,
		});
		this.sender = this.#openSender(pool, options.transportFeedback ?? true);
		this.sender.setPath({
			send: (packet) => this.link.send(packet),
			queuedBytes: () => 0,
		});
		member.attach(this.sender);
		this.#look(0);
	}

	/** Milliseconds since it joined. */
	get time(): number {
		return this.#clock.now() - this.#origin;
	}

	#openSender(pool: SenderPool, transportSequence: boolean): Sender {
		const { member } = this;
		return pool.openSender({
			parameters: {
				payloadType: 102,
				ssrc: SSRC,
				retransmission: { payloadType: 103, ssrc: RESENT_SSRC },
				extensions: transportSequence ? { transportSequence: 2 } : {},
				mid: "0",
				cname: "simulation",
				clockOrigin: 0,
			},
			keys: { local: LOCAL_KEYS, remote: REMOTE_KEYS },
			pace: member.pace,
			events: {
				...member.senderEvents,
				heard() {},
				failed() {},
				feedback: (report) => {
					this.reports.push(report);
					member.senderEvents.feedback(report);
				},
			},
		});
	}

	#look(count: number): void {
		this.#clock.after(50, () => this.#look(count + 1));
		if (count % 20 === 0) this.sender.report();
		const { rendition } = this.member.stats;
		const { estimate } = this.member.rate;
		this.samples.push({ time: this.time, estimate, queued: this.link.queued, rendition });
	}
}
