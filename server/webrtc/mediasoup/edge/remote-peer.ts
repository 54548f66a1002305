import { PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Peer, PeerEvents, PeerStats } from "../../media.ts";
import type { ToOrigin } from "./connection.ts";
import type { EdgeLink, RemotePeerEvents } from "./origin.ts";
import type { RemoteStream } from "./remote-streams.ts";

export interface RemotePeerOptions {
	readonly id: string;
	/** H.264 `level_idc` for the offer. */
	readonly level: number;
	readonly clockOrigin: number;
	readonly events: PeerEvents;
	/** Whether it watches, or what its path carries, is another now. */
	changed(): void;
	/** The viewer can take pictures from now on, and needs a keyframe. */
	keyframeNeeded(): void;
	/** The peer is closed, by itself or by `close()`. */
	gone(peer: RemotePeer): void;
}

/**
 * One viewer that an edge serves. The connection is there; what its messages may do is decided here, as for all others.
 */
export class RemotePeer implements Peer, RemotePeerEvents {
	readonly id: string;
	readonly #options: RemotePeerOptions;
	readonly #link: EdgeLink;
	readonly #number: number;
	#offer = "";
	#stats: PeerStats;
	#watching = false;
	#dropped = 0;
	#closed = false;

	private constructor(link: EdgeLink, number: number, options: RemotePeerOptions) {
		this.id = options.id;
		this.#options = options;
		this.#link = link;
		this.#number = number;
		this.#stats = {
			packets: 0,
			bytes: 0,
			retransmitted: 0,
			nacks: 0,
			keyframeRequests: 0,
			skipped: 0,
			droppedMessages: 0,
			clockOrigin: options.clockOrigin,
		};
	}

	/** Has the edge make an offer. Throws as `EdgeLink.request` does. */
	static async open({ link, number: stream }: RemoteStream, options: RemotePeerOptions): Promise<RemotePeer> {
		const number = link.number();
		const peer = new RemotePeer(link, number, options);
		link.addPeer(number, peer);
		try {
			const { level, clockOrigin } = options;
			const reply = await link.request({ type: "open-peer", peer: number, stream, level, clockOrigin });
			if (reply.type !== "offer") throw new PortholeError("edge-lost", "The edge answered something else.");
			peer.#offer = reply.sdp;
			return peer;
		} catch (error) {
			link.removePeer(number);
			link.send({ type: "close-peer", peer: number });
			throw error;
		}
	}

	get offer(): string {
		return this.#offer;
	}

	/** Pictures go to this viewer now. */
	get watching(): boolean {
		return this.#watching;
	}

	/** What the path to the viewer carries, bits per second; absent while unknown. */
	get estimate(): number | undefined {
		return this.#stats.estimate;
	}

	async acceptAnswer(sdp: string): Promise<void> {
		await this.#link.request({ type: "answer", peer: this.#number, sdp });
	}

	sendMessage(message: Uint8Array): void {
		if (!this.#link.sendPeerMessage(this.#number, message)) this.#dropped++;
	}

	setShown(shown: boolean): void {
		this.#link.send({ type: "shown", peer: this.#number, shown });
	}

	stats(): PeerStats {
		return { ...this.#stats, droppedMessages: this.#stats.droppedMessages + this.#dropped };
	}

	/** The edge looks at deadlines and counters by itself. */
	async tick(): Promise<void> {}

	async close(): Promise<void> {
		if (this.#release()) this.#link.send({ type: "close-peer", peer: this.#number });
	}

	hear(message: Extract<ToOrigin, { peer: number }>): void {
		const { events } = this.#options;
		switch (message.type) {
			case "keyframe-needed":
				return this.#options.keyframeNeeded();
			case "connected":
				return events.connected();
			case "unreadable":
				return events.unreadable();
			case "stats":
				this.#stats = message.stats;
				this.#watching = message.watching;
				this.#options.changed();
				return;
			case "closed":
				if (this.#release()) events.closed(message.reason);
		}
	}

	message(data: Buffer): void {
		this.#options.events.message(data);
	}

	lost(): void {
		if (this.#release()) this.#options.events.closed("edge-lost");
	}

	#release(): boolean {
		if (this.#closed) return false;
		this.#closed = true;
		this.#link.removePeer(this.#number);
		this.#options.gone(this);
		return true;
	}
}
