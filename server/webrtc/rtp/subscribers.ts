import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import type { Clock } from "../../devices/clock.ts";
import type { Rendition } from "../../devices/provider.ts";
import type { MaxBitrates, PeerStats, TargetBitrates, TrackEvents } from "../media.ts";
import { RenditionPolicy, type SubscriberState } from "./rendition-policy.ts";
import type { Pace } from "./rtp-parameters.ts";
import type { Feed, Sender, SenderEvents, TransportReport } from "./sender.ts";
import { ViewerRate } from "./viewer-rate.ts";

/** Time between decisions, and at least between two target bitrates told, milliseconds. */
const INTERVAL = 100;

export interface SubscribersOptions {
	readonly clock: Clock;
	readonly feeds: Readonly<Record<Rendition, Feed>>;
	readonly maxBitrates: MaxBitrates;
	/** Keyframe requests are told as often as viewers have them. */
	readonly events: TrackEvents;
}

/** The viewers of one track: gives each the rendition that suits it, and tells the source what they can take. */
export class Subscribers {
	readonly #options: SubscribersOptions;
	readonly #policy: RenditionPolicy;
	readonly #subscribers = new Map<string, Subscriber>();
	#told: TargetBitrates = {};
	#toldAt = Number.NEGATIVE_INFINITY;
	#cancel: (() => void) | undefined;

	constructor(options: SubscribersOptions) {
		this.#options = options;
		this.#policy = new RenditionPolicy(options.maxBitrates);
	}

	setMaxBitrates(maxBitrates: MaxBitrates): void {
		this.#policy.setMaxBitrates(maxBitrates);
		for (const subscriber of this.#subscribers.values()) subscriber.rate.setWanted(this.#policy.wanted);
		this.#decide();
	}

	/** Lets a viewer in; it counts from when it has a sender. */
	join(id: string): Subscriber {
		const { clock, feeds, events } = this.#options;
		const subscriber: Subscriber = new Subscriber(clock, feeds, {
			keyframeNeeded: (rendition) => events.keyframeNeeded(rendition),
			changed: () => {
				if (this.#subscribers.get(id) === subscriber) this.#decide();
			},
			attached: () => {
				this.#subscribers.set(id, subscriber);
				subscriber.rate.setWanted(this.#policy.wanted);
				this.#cancel ??= clock.after(INTERVAL, () => this.#tick());
			},
			left: () => {
				if (this.#subscribers.get(id) !== subscriber) return;
				this.#subscribers.delete(id);
				this.#policy.removeSubscriber(id);
				this.#decide();
			},
		});
		return subscriber;
	}

	close(): void {
		this.#cancel?.();
		this.#cancel = undefined;
		this.#subscribers.clear();
	}

	#tick(): void {
		this.#cancel = undefined;
		for (const subscriber of this.#subscribers.values()) subscriber.poll();
		this.#decide();
		if (this.#subscribers.size > 0) this.#cancel ??= this.#options.clock.after(INTERVAL, () => this.#tick());
	}

	#decide(): void {
		const now = this.#options.clock.now();
		for (const [id, { state }] of this.#subscribers) this.#policy.setSubscriber(id, state);
		this.#policy.update(now);
		this.#tell(this.#policy.targetBitrates, now);
		for (const [id, subscriber] of this.#subscribers) subscriber.setRendition(this.#policy.rendition(id));
	}

	/** Small changes wait for their turn; the start and the end of a rendition do not. */
	#tell(targetBitrates: TargetBitrates, now: MonotonicTime): void {
		const before = this.#told;
		const sameKind = (before.main === undefined) === (targetBitrates.main === undefined);
		const sameKinds = sameKind && (before.small === undefined) === (targetBitrates.small === undefined);
		if (targetBitrates === before || (sameKinds && now - this.#toldAt < INTERVAL)) return;
		if (sameKinds && before.main === targetBitrates.main && before.small === targetBitrates.small) return;
		this.#told = targetBitrates;
		this.#toldAt = now;
		this.#options.events.targetBitrates(targetBitrates);
	}
}

/** An estimate that fell by this share is worth a decision at once. */
const FALL = 0.9;

interface SubscriberEvents {
	keyframeNeeded(rendition: Rendition): void;
	/** Its state changed so that a decision is due. */
	changed(): void;
	attached(): void;
	left(): void;
}

/** One viewer among others: its rate control and the rendition that it gets. */
export class Subscriber {
	readonly rate: ViewerRate;
	readonly #clock: Clock;
	readonly #feeds: Readonly<Record<Rendition, Feed>>;
	readonly #events: SubscriberEvents;
	#sender: Sender | undefined;
	#shown = true;
	#pace: Pace;
	/** The rendition asked for, and the one sent now. */
	#wanted: Rendition | undefined;
	#sent: Rendition | undefined;
	/** The estimate at the last decision. */
	#decided = 0;

	constructor(clock: Clock, feeds: Readonly<Record<Rendition, Feed>>, events: SubscriberEvents) {
		this.#clock = clock;
		this.#feeds = feeds;
		this.#events = events;
		this.rate = new ViewerRate(clock.now());
		this.#pace = this.rate.pace;
	}

	/** For the options of the viewer's sender. */
	get pace(): Pace {
		return this.#pace;
	}

	/** For the options of the viewer's sender. */
	readonly senderEvents: Omit<SenderEvents, "heard" | "failed"> = {
		keyframeNeeded: () => {
			if (this.#wanted !== undefined) this.#events.keyframeNeeded(this.#wanted);
		},
		feedback: (report) => this.#take(report),
		followed: () => {
			this.#sent = this.#wanted;
		},
	};

	/** From now on frames are sent. */
	attach(sender: Sender): void {
		this.#sender = sender;
		this.#events.attached();
		this.#events.changed();
	}

	setShown(shown: boolean): void {
		if (shown === this.#shown) return;
		this.#shown = shown;
		this.#events.changed();
	}

	/** Ends it; the sender is its owner's to close. */
	leave(): void {
		this.#sender?.follow(undefined);
		this.#sender = undefined;
		this.#events.left();
	}

	get state(): SubscriberState {
		const { estimate, sustained, isMeasured } = this.rate;
		this.#decided = estimate;
		return { shown: this.#shown, estimate, sustained, measured: isMeasured };
	}

	get stats(): Pick<PeerStats, "estimate" | "queueDelay" | "rendition"> {
		return {
			...(this.rate.isMeasured ? { estimate: this.rate.estimate, queueDelay: this.rate.queueDelay } : {}),
			...(this.#sent === undefined ? {} : { rendition: this.#sent }),
		};
	}

	/** Follows a decision. */
	setRendition(rendition: Rendition | undefined): void {
		if (rendition === this.#wanted) return;
		this.#wanted = rendition;
		if (rendition === undefined) this.#sent = undefined;
		this.#sender?.follow(rendition === undefined ? undefined : this.#feeds[rendition]);
	}

	/** To be called a few times a second. */
	poll(): void {
		if (this.#sender === undefined) return;
		this.rate.poll(this.#sender.stats(), this.#clock.now());
		this.#steer();
	}

	#take(report: TransportReport): void {
		this.rate.report(report);
		this.#steer();
		if (this.rate.estimate < FALL * this.#decided) this.#events.changed();
	}

	#steer(): void {
		if (this.rate.pace !== this.#pace) {
			this.#pace = this.rate.pace;
			this.#sender?.setPace(this.#pace);
		}
		const probe = this.#wanted === undefined ? undefined : this.rate.nextProbe(this.#clock.now());
		if (probe !== undefined) this.#sender?.probe(probe.rate, probe.bytes);
	}
}
