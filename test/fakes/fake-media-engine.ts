import type { AccessUnit } from "../../server/devices/provider.ts";
import type {
	AnsweredPeer,
	MaxBitrates,
	MediaEngine,
	Peer,
	PeerEvents,
	PeerStats,
	Track,
	TrackEvents,
} from "../../server/webrtc/media.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { HostMessage, ViewerMessage } from "../../signaling/protocol/input.ts";
import { decodeHostMessage, encodeViewerMessage } from "../../signaling/protocol/input-codec.ts";

/** A peer that connects, speaks and goes when the test says so. */
export class FakePeer implements Peer, AnsweredPeer {
	readonly id: string;
	readonly offer: string;
	readonly answer: string;
	readonly events: PeerEvents;
	readonly answers: string[] = [];
	readonly heard: HostMessage[] = [];
	/** What is known of its reception. */
	reported: Partial<PeerStats> = {};
	shown = true;
	closes = 0;

	constructor(id: string, events: PeerEvents) {
		this.id = id;
		this.offer = `offer of ${id}`;
		this.answer = `answer of ${id}`;
		this.events = events;
	}

	async acceptAnswer(sdp: string): Promise<void> {
		if (sdp === "nonsense") throw new PortholeError("bad-answer", "The answer is not SDP.");
		this.answers.push(sdp);
	}

	sendMessage(message: Uint8Array): void {
		this.heard.push(decodeHostMessage(message));
	}

	setShown(shown: boolean): void {
		this.shown = shown;
	}

	stats(): PeerStats {
		return {
			skipped: 0,
			droppedMessages: 0,
			packets: 0,
			bytes: 0,
			retransmitted: 0,
			nacks: 0,
			keyframeRequests: 0,
			clockOrigin: 1000,
			...this.reported,
		};
	}

	async close(): Promise<void> {
		this.closes++;
	}

	/** What the browser would send on the data channel. */
	say(message: ViewerMessage): void {
		this.events.message(encodeViewerMessage(message));
	}
}

export class FakeTrack implements Track {
	readonly events: TrackEvents;
	readonly units: AccessUnit[] = [];
	readonly peers: FakePeer[] = [];
	maxBitrates: MaxBitrates | undefined;
	/** Thrown by `addPeer` while set. */
	failure: unknown;
	closes = 0;

	constructor(events: TrackEvents) {
		this.events = events;
	}

	push(unit: AccessUnit): void {
		this.units.push(unit);
	}

	setMaxBitrates(maxBitrates: MaxBitrates): void {
		this.maxBitrates = maxBitrates;
	}

	async addPeer(id: string, events: PeerEvents): Promise<Peer> {
		if (this.failure) throw this.failure;
		const peer = new FakePeer(id, events);
		this.peers.push(peer);
		return peer;
	}

	/** A test takes it away for an engine that serves pages only. */
	answerPeer: NonNullable<Track["answerPeer"]> = async (id, offer, events) => {
		if (offer === "nonsense") throw new PortholeError("bad-offer", "The offer is not SDP.");
		const peer = new FakePeer(id, events);
		this.peers.push(peer);
		return peer;
	};

	async close(): Promise<void> {
		this.closes++;
	}

	get peer(): FakePeer {
		const peer = this.peers.at(-1);
		if (!peer) throw new Error("No peer has been made.");
		return peer;
	}
}

/** A media engine that moves no packets. */
export class FakeMediaEngine implements MediaEngine {
	readonly name = "fake";
	readonly tracks: FakeTrack[] = [];
	closes = 0;

	openTrack(events: TrackEvents): Track {
		const track = new FakeTrack(events);
		this.tracks.push(track);
		return track;
	}

	async close(): Promise<void> {
		this.closes++;
	}

	get track(): FakeTrack {
		const track = this.tracks.at(-1);
		if (!track) throw new Error("No track has been opened.");
		return track;
	}
}
