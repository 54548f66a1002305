import { randomInt } from "node:crypto";
import type { NativeRtpPool, NativeSenderOptions } from "../../native/rtp-pool.ts";
import { NativeDatagramSocket } from "./native-datagram-socket.ts";
import { NativeFeed } from "./native-feed.ts";
import type { Feed, Pace, Sender, SenderOptions, SenderPath, SenderStats } from "./sender-pool.ts";

const NO_FEED = 0;

/** Below 2^15 no early loss can be mistaken for a rollover. */
const FIRST_SEQUENCES = 0x8000;

/** What a pool knows of its senders. */
export interface NativeSenderOwner {
	/** Whether the sender's packets go over JavaScript from now on. */
	bridged(isBridged: boolean): void;
	closed(id: number): void;
}

/** The JavaScript side of a sender of a native pool. */
export class NativeSender implements Sender {
	/** Numbers in a feedback record after the sender's. */
	static readonly reportLength = 9;

	readonly id: number;
	readonly #native: NativeRtpPool;
	readonly #options: SenderOptions;
	readonly #owner: NativeSenderOwner;
	/** The feed whose pictures are sent as far as is known here, and the one that is to take over. */
	#current = NO_FEED;
	#next = NO_FEED;
	#path: SenderPath | undefined;
	#queued = 0;
	#stats: SenderStats;
	#closed = false;

	constructor(native: NativeRtpPool, options: SenderOptions, owner: NativeSenderOwner) {
		this.#native = native;
		this.#options = options;
		this.#owner = owner;
		this.id = native.openSender(nativeOptions(options));
		this.#stats = { packets: 0, bytes: 0, retransmitted: 0, nacks: 0, keyframeRequests: 0, skipped: 0 };
	}

	follow(feed: Feed | undefined): void {
		const wanted = feed instanceof NativeFeed ? feed.id : NO_FEED;
		this.#native.follow(this.id, wanted);
		if (wanted === NO_FEED) this.#current = NO_FEED;
		const isNew = wanted !== NO_FEED && wanted !== this.#next && wanted !== this.#current;
		if (wanted !== this.#next) this.#next = isNew ? wanted : NO_FEED;
		if (isNew) this.#options.events.keyframeNeeded();
	}

	setPath(path: SenderPath | undefined): void {
		if (this.#closed) return;
		this.#path = path;
		this.#queued = 0;
		const socket = path?.datagram?.socket;
		const isBridged = path !== undefined && !(socket instanceof NativeDatagramSocket);
		this.#owner.bridged(isBridged);
		if (path === undefined) this.#native.setNoRoute(this.id);
		else if (isBridged) this.#native.setScriptRoute(this.id);
		else if (path.datagram !== undefined && socket instanceof NativeDatagramSocket) {
			this.#native.setUdpRoute(this.id, socket.id, path.datagram.address, path.datagram.port);
		}
	}

	setPace(pace: Pace): void {
		this.#native.setPace(this.id, pace);
	}

	probe(rate: number, bytes: number): void {
		if (rate > 0 && bytes > 0) this.#native.probe(this.id, rate, bytes);
	}

	receive(packet: Buffer): boolean {
		return this.#native.receive(this.id, packet);
	}

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
		this.#owner.closed(this.id);
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

	heard(): void {
		this.#options.events.heard();
	}

	/** Pictures of a feed are sent now, or were until it was asked for none. */
	followed(feed: number): void {
		const isOff = this.#next === NO_FEED && this.#current === NO_FEED;
		if (!isOff) this.#current = feed;
		if (this.#next === feed) this.#next = NO_FEED;
		this.#options.events.followed();
	}

	/** Sends a packet of the thread on a way that only JavaScript has. */
	sendOn(packet: Buffer): void {
		this.#path?.send(packet, packet.length);
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

function nativeOptions({ terms, keys, pace }: SenderOptions): NativeSenderOptions {
	const { retransmission, ...rest } = terms;
	return {
		...rest,
		...keys,
		pace,
		firstSequence: randomInt(FIRST_SEQUENCES),
		...(retransmission === undefined
			? {}
			: { retransmission: { ...retransmission, firstSequence: randomInt(FIRST_SEQUENCES) } }),
	};
}
