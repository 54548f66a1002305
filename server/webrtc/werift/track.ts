import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { AccessUnit } from "../../devices/provider.ts";
import { forEachNal, NAL_SPS, nalType } from "../../h264/annexb.ts";
import { parseSequenceParameters } from "../../h264/parameter-sets.ts";
import type { IceOptions } from "../ice/lite-agent.ts";
import type { Peer, PeerEvents, Track, TrackEvents } from "../media.ts";
import { KeyframeGate } from "../sender/keyframe-gate.ts";
import { chooseClockOrigin, rtpTimestamp } from "../sender/media-clock.ts";
import type { Feed, SenderPool } from "../sender/sender-pool.ts";
import type { Certificate } from "./certificate.ts";
import { WeriftPeer } from "./peer.ts";

/** `level_idc` that every receiver knows: 3.1. */
const DEFAULT_LEVEL = 31;

export interface TrackOptions {
	readonly ice: IceOptions;
	readonly pool: SenderPool;
	readonly certificate: Promise<Certificate>;
	readonly events: TrackEvents;
	now(): number;
	/** The track is closed. */
	gone(track: WeriftTrack): void;
}

/** One device's stream: hands each access unit to every viewer's sender. */
export class WeriftTrack implements Track {
	readonly #options: TrackOptions;
	readonly #gate: KeyframeGate;
	readonly #clockOrigin: number;
	readonly #peers = new Set<WeriftPeer>();
	readonly #feed: Feed;
	#level = DEFAULT_LEVEL;
	#closed = false;

	constructor(options: TrackOptions) {
		this.#options = options;
		this.#feed = options.pool.openFeed();
		this.#gate = new KeyframeGate(options.now, () => options.events.keyframeNeeded("main"));
		this.#clockOrigin = chooseClockOrigin(options.now(), Math.random());
	}

	push(unit: AccessUnit): void {
		if (this.#closed) return;
		if (unit.keyframe) this.#learnLevel(unit.data);
		if (unit.keyframe) this.#gate.keyframeSent();
		this.#feed.push(unit, rtpTimestamp(unit.captureTime, this.#clockOrigin));
	}

	setSupply(): void {}

	async addPeer(id: string, events: PeerEvents): Promise<Peer> {
		const certificate = await this.#options.certificate;
		this.#throwIfClosed(id);
		const peer: WeriftPeer = await WeriftPeer.open({
			id,
			ice: this.#options.ice,
			certificate,
			level: this.#level,
			clockOrigin: this.#clockOrigin,
			events,
			now: this.#options.now,
			requestKeyframe: () => this.#gate.request(),
			pool: this.#options.pool,
			feed: this.#feed,
			gone: () => this.#peers.delete(peer),
		});
		this.#peers.add(peer);
		if (this.#closed) await peer.close();
		this.#throwIfClosed(id);
		return peer;
	}

	async close(): Promise<void> {
		this.#closed = true;
		this.#gate.close();
		await Promise.all([...this.#peers].map((peer) => peer.close()));
		this.#feed.close();
		this.#options.gone(this);
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
