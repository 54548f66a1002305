import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Clock } from "../../devices/clock.ts";
import type { AccessUnit, Rendition } from "../../devices/provider.ts";
import { forEachNal, NAL_SPS, nalType } from "../../h264/annexb.ts";
import { parseSequenceParameters } from "../../h264/parameter-sets.ts";
import { KeyframeGate } from "../../streams/keyframes.ts";
import type { MediaPort } from "../ice/media-port.ts";
import type { AnsweredPeer, Peer, PeerEvents, Supply, Track, TrackEvents } from "../media.ts";
import { chooseClockOrigin, rtpTimestamp } from "../rtp/media-clock.ts";
import type { Feed, SenderPool } from "../rtp/sender.ts";
import { Audience } from "../rtp/subscribers.ts";
import { START_RATE } from "../rtp/viewer-rate.ts";
import { readClientOffer } from "../sdp/client-offer.ts";
import type { Certificate } from "./certificate.ts";
import { WeriftPeer } from "./peer.ts";
import { PlayerPeer } from "./player-peer.ts";
import type { Roster, RosterPeer } from "./roster.ts";
import { ViewerStream, type ViewerStreamOptions } from "./viewer-stream.ts";

/** `level_idc` that every receiver knows: 3.1. */
const DEFAULT_LEVEL = 31;

export interface TrackOptions {
	readonly pool: SenderPool;
	readonly roster: Roster;
	readonly certificate: Promise<Certificate>;
	readonly events: TrackEvents;
	readonly clock: Clock;
	/** The host's media port, open. Fails as `MediaPort.open` does. */
	mediaPort(): Promise<MediaPort>;
	/** The track is closed. */
	gone(track: WeriftTrack): void;
}

/** One device's stream: gives each access unit to the feed of its rendition, which every viewer's sender may follow. */
export class WeriftTrack implements Track {
	readonly #options: TrackOptions;
	readonly #feeds: Readonly<Record<Rendition, Feed>>;
	readonly #gates: Readonly<Record<Rendition, KeyframeGate>>;
	readonly #clockOrigin: number;
	readonly #audience: Audience;
	readonly #peers = new Set<WeriftPeer | PlayerPeer>();
	/** Viewers so far. */
	#joined = 0;
	#level = DEFAULT_LEVEL;
	#closed = false;

	constructor(options: TrackOptions) {
		const { pool, clock, events } = options;
		const gate = (rendition: Rendition) =>
			new KeyframeGate(
				() => clock.now(),
				() => events.keyframeNeeded(rendition),
			);
		this.#options = options;
		this.#feeds = { main: pool.openFeed(), small: pool.openFeed() };
		this.#gates = { main: gate("main"), small: gate("small") };
		this.#audience = new Audience({
			clock,
			feeds: this.#feeds,
			// Until whoever runs the source says what there is.
			supply: { main: START_RATE },
			events: {
				keyframeNeeded: (rendition) => this.#gates[rendition].request(),
				demand: (demand) => events.demand(demand),
			},
		});
		this.#clockOrigin = chooseClockOrigin(clock.now(), Math.random());
	}

	push(unit: AccessUnit): void {
		if (this.#closed) return;
		const rendition = unit.rendition ?? "main";
		if (unit.keyframe && rendition === "main") this.#learnLevel(unit.data);
		if (unit.keyframe) this.#gates[rendition].keyframeSent();
		this.#feeds[rendition].push(unit, rtpTimestamp(unit.captureTime, this.#clockOrigin));
	}

	setSupply(supply: Supply): void {
		if (!this.#closed) this.#audience.setSupply(supply);
	}

	async addPeer(id: string, events: PeerEvents): Promise<Peer> {
		const { openStream, ...ground } = await this.#ground(id);
		const peer: WeriftPeer = new WeriftPeer({
			...ground,
			events,
			openStream: (opening) => openStream(peer, opening),
			gone: () => this.#remove(peer),
		});
		this.#add(peer);
		return peer;
	}

	async answerPeer(id: string, offer: string, events: PeerEvents): Promise<AnsweredPeer> {
		const read = readClientOffer(offer, "watches");
		const { openStream, ...ground } = await this.#ground(id);
		const peer: PlayerPeer = new PlayerPeer({
			...ground,
			events,
			offer: read,
			openStream: (opening) => openStream(peer, opening),
			gone: () => this.#remove(peer),
		});
		this.#add(peer);
		return peer;
	}

	async close(): Promise<void> {
		this.#closed = true;
		for (const gate of Object.values(this.#gates)) gate.close();
		await Promise.all([...this.#peers].map((peer) => peer.close()));
		this.#audience.close();
		for (const feed of Object.values(this.#feeds)) feed.close();
		this.#options.gone(this);
	}

	/** What every peer stands on, whoever makes the offer. */
	async #ground(id: string) {
		const { clock, pool, roster } = this.#options;
		this.#throwIfClosed(id);
		const [certificate, port] = await Promise.all([this.#options.certificate, this.#options.mediaPort()]);
		this.#throwIfClosed(id);
		const member = this.#audience.join(`${id} ${++this.#joined}`);
		return {
			id,
			port,
			certificate,
			level: this.#level,
			clockOrigin: this.#clockOrigin,
			now: () => clock.now(),
			shown: (shown: boolean) => member.setShown(shown),
			openStream(peer: RosterPeer, opening: Omit<ViewerStreamOptions, "pool" | "member">) {
				roster.joined(peer);
				return new ViewerStream({ pool, member, ...opening });
			},
		};
	}

	#add(peer: WeriftPeer | PlayerPeer): void {
		this.#peers.add(peer);
		this.#options.roster.add(peer);
	}

	#remove(peer: WeriftPeer | PlayerPeer): void {
		this.#peers.delete(peer);
		this.#options.roster.remove(peer);
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
