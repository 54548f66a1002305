import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { AccessUnit } from "../../devices/provider.ts";
import { forEachNal, NAL_SPS, nalType } from "../../h264/annexb.ts";
import { parseSequenceParameters } from "../../h264/parameter-sets.ts";
import type { IceOptions } from "../ice/lite-agent.ts";
import type { Peer, PeerEvents, Supply, Track, TrackEvents } from "../media.ts";
import { KeyframeGate } from "../sender/keyframe-gate.ts";
import { chooseClockOrigin, rtpTimestamp } from "../sender/media-clock.ts";
import { packetize } from "../sender/packetize.ts";
import type { Sender } from "../sender/sender.ts";
import type { Certificate } from "./certificate.ts";
import { WeriftPeer } from "./peer.ts";

/** `level_idc` that every receiver knows: 3.1. */
const DEFAULT_LEVEL = 31;

export interface TrackOptions {
	readonly ice: IceOptions;
	readonly certificate: Promise<Certificate>;
	readonly events: TrackEvents;
	now(): number;
	/** The track is closed. */
	gone(track: WeriftTrack): void;
}

/** One device's stream: cuts each access unit into packets once and hands them to every viewer's sender. */
export class WeriftTrack implements Track {
	readonly #options: TrackOptions;
	readonly #gate: KeyframeGate;
	readonly #clockOrigin: number;
	readonly #peers = new Set<WeriftPeer>();
	readonly #senders = new Map<WeriftPeer, Sender>();
	readonly #hidden = new Set<WeriftPeer>();
	#supply: Supply | undefined;
	#wanted = false;
	#level = DEFAULT_LEVEL;
	#closed = false;

	constructor(options: TrackOptions) {
		this.#options = options;
		this.#gate = new KeyframeGate(options.now, () => options.events.keyframeNeeded("main"));
		this.#clockOrigin = chooseClockOrigin(options.now(), Math.random());
	}

	push(unit: AccessUnit): void {
		if (this.#closed || unit.rendition === "small") return;
		if (unit.keyframe) this.#learnLevel(unit.data);
		if (this.#senders.size === 0) return;
		if (unit.keyframe) this.#gate.keyframeSent();
		const { captureTime, keyframe } = unit;
		const timestamp = rtpTimestamp(captureTime, this.#clockOrigin);
		const media = packetize(unit.data, { captureTime, rtpTimestamp: timestamp, keyframe });
		for (const [peer, sender] of this.#senders) if (!this.#hidden.has(peer)) sender.send(media);
	}

	setSupply(supply: Supply): void {
		this.#supply = supply;
		if (this.#wanted) this.#options.events.demand({ main: supply.main });
	}

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
			ready: (sender) => {
				this.#senders.set(peer, sender);
				this.#tellDemand();
			},
			shown: (shown) => {
				if (shown === !this.#hidden.has(peer)) return;
				if (shown) this.#hidden.delete(peer);
				else this.#hidden.add(peer);
				this.#tellDemand();
				if (shown) this.#senders.get(peer)?.awaitKeyframe();
			},
			gone: () => {
				this.#senders.delete(peer);
				this.#hidden.delete(peer);
				this.#peers.delete(peer);
				this.#tellDemand();
			},
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
		this.#options.gone(this);
	}

	/** Everything for whoever sees it, until senders say what their paths carry. */
	#tellDemand(): void {
		const wanted = [...this.#senders.keys()].some((peer) => !this.#hidden.has(peer));
		if (wanted === this.#wanted || this.#closed) return;
		this.#wanted = wanted;
		if (!wanted) this.#options.events.demand({});
		else if (this.#supply) this.#options.events.demand({ main: this.#supply.main });
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
