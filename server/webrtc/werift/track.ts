import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Clock } from "../../devices/clock.ts";
import type { AccessUnit, Rendition } from "../../devices/provider.ts";
import { forEachNal, NAL_SPS, nalType } from "../../h264/annexb.ts";
import { parseSequenceParameters } from "../../h264/parameter-sets.ts";
import type { AnsweredPeer, MaxBitrates, Peer, PeerEvents, Track, TrackEvents } from "../media.ts";
import { chooseClockOrigin, rtpTimestamp } from "../rtp/media-clock.ts";
import type { Feed } from "../rtp/sender.ts";
import type { SenderPool } from "../rtp/sender-pool.ts";
import { Subscribers } from "../rtp/subscribers.ts";
import { START_RATE } from "../rtp/viewer-rate.ts";
import { readClientOffer } from "../sdp/client-offer.ts";
import { AnsweringPeer, OfferingPeer, type PeerOptions, type WeriftPeer } from "./peer.ts";
import type { TransportOptions } from "./transport.ts";

/** `level_idc` that every receiver knows: 3.1. */
const DEFAULT_LEVEL = 31;

export interface TrackOptions {
	readonly pool: SenderPool;
	readonly clock: Clock;
	readonly events: TrackEvents;
	/** What a peer's transport needs. Fails as `MediaPort.open` does. */
	transportOptions(): Promise<TransportOptions>;
	/** The track is closed. */
	gone(track: WeriftTrack): void;
}

/** One device's stream: gives each access unit to the feed of its rendition, which every viewer's sender may follow. */
export class WeriftTrack implements Track {
	readonly #options: TrackOptions;
	readonly #feeds: Readonly<Record<Rendition, Feed>>;
	readonly #clockOrigin: number;
	readonly #subscribers: Subscribers;
	readonly #peers = new Set<WeriftPeer>();
	/** Viewers so far. */
	#joined = 0;
	#level = DEFAULT_LEVEL;
	#closed = false;

	constructor(options: TrackOptions) {
		const { pool, clock, events } = options;
		this.#options = options;
		this.#feeds = { main: pool.openFeed(), small: pool.openFeed() };
		this.#subscribers = new Subscribers({
			clock,
			feeds: this.#feeds,
			// Until whoever runs the source says what there is.
			maxBitrates: { main: START_RATE },
			events,
		});
		this.#clockOrigin = chooseClockOrigin(clock.now(), Math.random());
	}

	push(unit: AccessUnit): void {
		if (this.#closed) return;
		const rendition = unit.rendition ?? "main";
		if (unit.keyframe && rendition === "main") this.#learnLevel(unit.data);
		this.#feeds[rendition].push(unit, rtpTimestamp(unit.captureTime, this.#clockOrigin));
	}

	setMaxBitrates(maxBitrates: MaxBitrates): void {
		if (!this.#closed) this.#subscribers.setMaxBitrates(maxBitrates);
	}

	async addPeer(id: string, events: PeerEvents): Promise<Peer> {
		const peer = new OfferingPeer(await this.#peerOptions(id, events));
		this.#peers.add(peer);
		return peer;
	}

	async answerPeer(id: string, offer: string, events: PeerEvents): Promise<AnsweredPeer> {
		const read = readClientOffer(offer, "watches");
		const peer = new AnsweringPeer(await this.#peerOptions(id, events), read);
		this.#peers.add(peer);
		return peer;
	}

	async close(): Promise<void> {
		this.#closed = true;
		await Promise.all([...this.#peers].map((peer) => peer.close()));
		this.#subscribers.close();
		for (const feed of Object.values(this.#feeds)) feed.close();
		this.#options.gone(this);
	}

	async #peerOptions(id: string, events: PeerEvents): Promise<PeerOptions> {
		this.#throwIfClosed(id);
		const transport = await this.#options.transportOptions();
		this.#throwIfClosed(id);
		return {
			id,
			transport,
			pool: this.#options.pool,
			subscriber: this.#subscribers.join(`${id} ${++this.#joined}`),
			level: this.#level,
			clockOrigin: this.#clockOrigin,
			events,
			gone: (peer) => this.#peers.delete(peer),
		};
	}

	#learnLevel(data: Uint8Array): void {
		forEachNal(data, (nal) => {
			if (nalType(nal) !== NAL_SPS) return;
			this.#level = Math.max(DEFAULT_LEVEL, parseSequenceParameters(nal)?.level ?? 0);
		});
	}

	#throwIfClosed(id: string): void {
		if (!this.#closed) return;
		throw new PortholeError("track-closed", `Could not connect viewer ${id}: the device's stream has ended.`);
	}
}
