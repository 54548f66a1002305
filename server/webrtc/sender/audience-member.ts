import type { Clock } from "../../devices/clock.ts";
import type { Rendition } from "../../devices/provider.ts";
import type { PeerStats } from "../media.ts";
import type { ViewerState } from "./rendition-policy.ts";
import type { Feed, Pace, Sender, SenderEvents, TransportReport } from "./sender-pool.ts";
import { ViewerRate } from "./viewer-rate.ts";

/** An estimate that fell by this share is worth a decision at once. */
const FALL = 0.9;

interface MemberEvents {
	keyframeNeeded(rendition: Rendition): void;
	/** Its state changed so that a decision is due. */
	changed(): void;
	attached(): void;
	left(): void;
}

/** One viewer among others: its rate control and the rendition that it gets. */
export class AudienceMember {
	readonly rate: ViewerRate;
	readonly #clock: Clock;
	readonly #feeds: Readonly<Record<Rendition, Feed>>;
	readonly #events: MemberEvents;
	#sender: Sender | undefined;
	#shown = true;
	#pace: Pace;
	/** The rendition asked for, and the one sent now. */
	#wanted: Rendition | undefined;
	#sent: Rendition | undefined;
	/** The estimate at the last decision. */
	#decided = 0;

	constructor(clock: Clock, feeds: Readonly<Record<Rendition, Feed>>, events: MemberEvents) {
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
	readonly senderEvents: Omit<SenderEvents, "heard"> = {
		keyframeNeeded: () => {
			if (this.#wanted !== undefined) this.#events.keyframeNeeded(this.#wanted);
		},
		feedback: (report) => this.#take(report),
		followed: () => {
			this.#sent = this.#wanted;
		},
	};

	/** From now on pictures are sent. */
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

	get state(): ViewerState {
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
