import { randomInt } from "node:crypto";
import type { AccessUnit } from "../../devices/provider.ts";
import type { NativeRtpPool, NativeSenderOptions } from "../../native/rtp-pool.ts";
import type { PacketPath } from "../ice/path.ts";
import type { Pace, RtpParameters, SenderStats } from "./rtp-parameters.ts";
import type { SrtpKeys } from "./srtp.ts";

export interface SenderOptions {
	readonly parameters: RtpParameters;
	readonly keys: SrtpKeys;
	readonly pace: Pace;
	readonly events: SenderEvents;
	/** For tests: where both streams begin to count; random when absent. */
	readonly firstSequence?: number;
}

export interface SenderEvents {
	/** The viewer cannot go on without a keyframe of the feed it follows (or waits for). May come often. */
	keyframeNeeded(): void;
	/** Genuine RTCP came. */
	heard(): void;
	/** Transport-wide feedback came. */
	feedback(report: TransportReport): void;
	/** Frames start to come from the feed that was asked for last. */
	followed(): void;
	/** Nothing more is sent. */
	failed(): void;
}

/** What one transport-wide feedback message tells (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
export interface TransportReport {
	/** When it came, milliseconds of the host's clock. */
	readonly time: number;
	/** Packets and bytes (as sent, without UDP and IP headers) newly reported as received. */
	readonly received: number;
	readonly receivedBytes: number;
	/** Packets newly reported as lost. */
	readonly lost: number;
	/**
	 * One-way delay of the reported packets above the least of the last 10 s, milliseconds: the smallest and the last in
	 * the message. Absent when nothing was received.
	 */
	readonly queueDelay?: { readonly least: number; readonly last: number };
	/** When the last packet that it reports was sent, milliseconds of the host's clock. */
	readonly lastSent: number;
	/**
	 * Rate at which a finished probe's packets arrived, with the frames among them, bits per second: at least the
	 * probe's rate when they came as fast as they were sent (to 85 %), else at most 80 % of it. Absent also when more than
	 * a fifth of them was lost.
	 */
	readonly probed?: number;
	/** Bytes sent that no feedback was heard of yet. */
	readonly outstanding: number;
}

const NO_FEED = 0;

/** Below 2^15 no early loss can be mistaken for a rollover. */
const FIRST_SEQUENCES = 0x8000;

/** What a pool knows of its feeds. */
export interface FeedOwner {
	/** An access unit is about to be handed over. */
	beforePush(): void;
	closed(): void;
}

/** One rendition of one device: takes each access unit once, cuts it into packets once, for every sender on it. */
export class Feed {
	#id: number;
	#native: NativeRtpPool;
	readonly #owner: FeedOwner;

	constructor(native: NativeRtpPool, owner: FeedOwner) {
		this.#native = native;
		this.#owner = owner;
		this.#id = native.openFeed();
	}

	get id(): number {
		return this.#id;
	}

	/** Goes on in another pool. */
	reopen(native: NativeRtpPool): void {
		this.#native = native;
		this.#id = native.openFeed();
	}

	push(unit: AccessUnit, rtpTimestamp: number): void {
		this.#owner.beforePush();
		this.#native.push(this.#id, unit.data, unit.captureTime, rtpTimestamp, unit.keyframe);
	}

	close(): void {
		this.#native.closeFeed(this.#id);
		this.#owner.closed();
	}
}

/** What a pool knows of its senders. */
export interface SenderOwner {
	/** Whether the sender's packets go over JavaScript from now on. */
	bridged(isBridged: boolean): void;
	closed(sender: Sender): void;
}

/**
 * The RTP send path of one viewer, on the addon's thread: numbers, protects, paces and keeps for retransmission what was
 * packetized once for all.
 */
export class Sender {
	/** Numbers in a feedback record after the sender's. */
	static readonly reportLength = 9;

	readonly id: number;
	readonly #native: NativeRtpPool;
	readonly #options: SenderOptions;
	readonly #owner: SenderOwner;
	/** The feed whose frames are sent as far as is known here, and the one that is to take over. */
	#current = NO_FEED;
	#next = NO_FEED;
	#path: PacketPath | undefined;
	#queued = 0;
	#stats: SenderStats;
	#closed = false;

	constructor(native: NativeRtpPool, options: SenderOptions, owner: SenderOwner) {
		this.#native = native;
		this.#options = options;
		this.#owner = owner;
		this.id = native.openSender(nativeOptions(options));
		this.#stats = { packets: 0, bytes: 0, retransmitted: 0, nacks: 0, keyframeRequests: 0, skipped: 0 };
	}

	/**
	 * From the next keyframe of `feed` on its frames are sent, until then those of the feed before. Absent: none.
	 * Sequence numbers go on over the change, and so do timestamps: a frame that is not later than the one before it is
	 * sent with a timestamp one tick after that.
	 */
	follow(feed: Feed | undefined): void {
		const wanted = feed?.id ?? NO_FEED;
		this.#native.follow(this.id, wanted);
		if (wanted === NO_FEED) this.#current = NO_FEED;
		const isNew = wanted !== NO_FEED && wanted !== this.#next && wanted !== this.#current;
		if (wanted !== this.#next) this.#next = isNew ? wanted : NO_FEED;
		if (isNew) this.#options.events.keyframeNeeded();
	}

	/** Where packets go from now on; nowhere when absent. */
	setPath(path: PacketPath | undefined): void {
		if (this.#closed) return;
		this.#path = path;
		this.#queued = 0;
		const datagram = path?.datagram;
		this.#owner.bridged(path !== undefined && datagram === undefined);
		if (path === undefined) this.#native.setNoRoute(this.id);
		else if (datagram === undefined) this.#native.setBridgedRoute(this.id);
		else this.#native.setUdpRoute(this.id, datagram.socket.id, datagram.address, datagram.port);
	}

	setPace(pace: Pace): void {
		this.#native.setPace(this.id, pace);
	}

	/** Sends `bytes` of packets sent before once more, at `rate` bits per second, to learn whether the path carries it. */
	probe(rate: number, bytes: number): void {
		if (rate > 0 && bytes > 0) this.#native.probe(this.id, rate, bytes);
	}

	/** Takes a protected RTCP packet that came by another way than the pool's own socket; whether it was genuine. */
	receive(packet: Buffer): boolean {
		return this.#native.receive(this.id, packet);
	}

	/** Sends a sender report; to be called each second. */
	report(): void {
		this.#native.report(this.id);
	}

	stats(): SenderStats {
		this.#stats = this.#native.stats(this.id) ?? this.#stats;
		return this.#stats;
	}

	close(): void {
		if (this.#closed) return;
		this.stats();
		this.setPath(undefined);
		this.#closed = true;
		this.#native.closeSender(this.id);
		this.#owner.closed(this);
	}

	/** Tells the thread what waits in the connection, where that has changed. */
	tellQueued(): void {
		const queued = this.#path?.queuedBytes() ?? 0;
		if (queued === this.#queued) return;
		this.#queued = queued;
		this.#native.setQueued(this.id, queued);
	}

	keyframeNeeded(): void {
		this.#options.events.keyframeNeeded();
	}

	failed(): void {
		this.#options.events.failed();
	}

	heard(): void {
		this.#options.events.heard();
	}

	/** Frames of a feed are sent now, or were until it was asked for none. */
	followed(feed: number): void {
		const isOff = this.#next === NO_FEED && this.#current === NO_FEED;
		if (!isOff) this.#current = feed;
		if (this.#next === feed) this.#next = NO_FEED;
		this.#options.events.followed();
	}

	/** Sends a packet of the thread on a way that only JavaScript has. */
	sendOn(packet: Buffer): void {
		this.#path?.send(packet);
	}

	/** `fields`: as `PoolEvent.feedback` names them. */
	feedback(fields: Float64Array): void {
		const [time = 0, received = 0, receivedBytes = 0, lost = 0] = fields;
		const [least = Number.NaN, last = 0, lastSent = 0, probed = Number.NaN, outstanding = 0] =
			fields.subarray(4);
		this.#options.events.feedback({
			time,
			received,
			receivedBytes,
			lost,
			...(Number.isNaN(least) ? {} : { queueDelay: { least, last } }),
			lastSent,
			...(Number.isNaN(probed) ? {} : { probed }),
			outstanding,
		});
	}
}

function nativeOptions({ parameters, keys, pace, firstSequence }: SenderOptions): NativeSenderOptions {
	const first = () => firstSequence ?? randomInt(FIRST_SEQUENCES);
	const { retransmission, ...rest } = parameters;
	return {
		...rest,
		...keys,
		pace,
		firstSequence: first(),
		...(retransmission === undefined
			? {}
			: { retransmission: { ...retransmission, firstSequence: first() } }),
	};
}
