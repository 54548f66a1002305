import { randomInt } from "node:crypto";
import type { Consumer, ConsumerStat, WebRtcTransport } from "mediasoup/types";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import { candidateLine, pathKind } from "../ice/candidate.ts";
import type { Peer, PeerEvents, PeerStats } from "../media.ts";
import { PacketBudget } from "../packet-budget.ts";
import { HEADER_EXTENSIONS } from "../rtp/rtp-packet.ts";
import { readViewerAnswer, VIDEO_MID, writeHostOffer } from "../sdp/host-offer.ts";
import { DataChannel } from "./data-channel.ts";
import type { StreamRouter } from "./router.ts";

/** A viewer that is not connected by then never will be, milliseconds. */
const CONNECT_DEADLINE = 20_000;

export interface PeerOptions {
	readonly id: string;
	/** H.264 `level_idc` for the offer. */
	readonly level: number;
	readonly clockOrigin: number;
	readonly events: PeerEvents;
	now(): MonotonicTime;
	/** What the path's estimate changes. */
	changed(): void;
	/**
	 * The viewer can take frames from now on, and needs a keyframe. mediasoup asks for one itself, but of a stream whose
	 * packets it has seen: while a screen is still there may have been none, and the viewer would wait until it changes.
	 */
	keyframeNeeded(): void;
	/** The peer is closed, by itself or by `close()`. */
	gone(peer: MediasoupPeer): void;
}

/** One viewer's connection, in one of mediasoup's workers. */
export class MediasoupPeer implements Peer {
	readonly id: string;
	readonly offer: string;
	readonly #options: PeerOptions;
	readonly #transport: WebRtcTransport;
	readonly #consumer: Consumer;
	readonly #channel: DataChannel;
	readonly #openedAt: MonotonicTime;
	#counters: PeerCounters = {};
	#answered = false;
	#wantsData = false;
	#connected = false;
	#shown = true;
	#path: string | undefined;
	#estimate: number | undefined;
	#closed = false;

	private constructor(
		options: PeerOptions,
		parts: { transport: WebRtcTransport; consumer: Consumer; channel: DataChannel },
	) {
		const { transport, consumer, channel } = parts;
		this.id = options.id;
		this.#options = options;
		this.#transport = transport;
		this.#consumer = consumer;
		this.#channel = channel;
		this.offer = writeOffer(transport, consumer, options.level);
		this.#openedAt = options.now();
		this.#watch();
	}

	static async open(streamRouter: StreamRouter, options: PeerOptions): Promise<MediasoupPeer> {
		const transport = await streamRouter.openTransport();
		const budget = options.events.budget ?? new PacketBudget(undefined, () => options.now());
		let peer: MediasoupPeer | undefined;
		try {
			const [consumer, channel] = await Promise.all([
				transport.consume({
					producerId: streamRouter.producerId,
					rtpCapabilities: streamRouter.viewerCapabilities,
					mid: VIDEO_MID,
				}),
				DataChannel.open(transport, streamRouter.hub, budget, {
					message: (data) => options.events.message(data),
					unreadable: () => options.events.unreadable(),
					flooding: () => peer?.end("flooding"),
				}),
				transport.enableTraceEvent(["bwe"]),
			]);
			peer = new MediasoupPeer(options, { transport, consumer, channel });
			return peer;
		} catch (error) {
			transport.close();
			throw error;
		}
	}

	/** Frames go to this viewer now. */
	get watching(): boolean {
		return this.#connected && this.#shown;
	}

	/** What the path to the viewer carries, bits per second; absent while unknown. */
	get estimate(): number | undefined {
		return this.#estimate;
	}

	async acceptAnswer(sdp: string): Promise<void> {
		if (this.#answered || this.#closed) {
			throw new PortholeError("bad-answer", `Peer ${this.id} takes no further answer; ask for a new offer.`);
		}
		const { fingerprints, data } = readViewerAnswer(sdp);
		this.#answered = true;
		this.#wantsData = data;
		await this.#transport.connect({ dtlsParameters: { role: "client", fingerprints: [...fingerprints] } });
	}

	sendMessage(message: Uint8Array): void {
		this.#channel.send(message);
	}

	setShown(shown: boolean): void {
		if (shown === this.#shown || this.#closed) return;
		this.#shown = shown;
		// A transport that closes meanwhile takes the consumer along.
		const done = shown ? this.#consumer.resume() : this.#consumer.pause();
		done.then(() => shown && this.#options.keyframeNeeded()).catch(() => {});
		this.#options.changed();
	}

	stats(): PeerStats {
		return {
			packets: 0,
			bytes: 0,
			retransmitted: 0,
			nacks: 0,
			keyframeRequests: 0,
			skipped: 0,
			...this.#counters,
			droppedMessages: this.#channel.dropped,
			...(this.#estimate === undefined ? {} : { estimate: this.#estimate }),
			...(this.#path === undefined ? {} : { path: this.#path }),
			...(this.watching ? { rendition: "main" as const } : {}),
			clockOrigin: this.#options.clockOrigin,
		};
	}

	/** Looks at the deadline and asks the worker for its counters; to be called each second. */
	async tick(): Promise<void> {
		if (!this.#connected && this.#options.now() - this.#openedAt > CONNECT_DEADLINE) {
			this.end("connect-timeout");
		}
		if (this.#closed || !this.#connected) return;
		const stats = await this.#consumer.getStats().catch(() => []);
		this.#counters = readCounters(stats, this.#counters);
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#channel.close();
		this.#transport.close();
		this.#options.gone(this);
	}

	#watch(): void {
		const transport = this.#transport;
		transport.on("iceselectedtuplechange", ({ protocol, localAddress }) => {
			this.#path = pathKind(protocol, localAddress);
		});
		transport.on("icestatechange", (state) => {
			if (state === "disconnected") this.end("silent");
		});
		transport.on("dtlsstatechange", (state) => {
			if (state === "connected") this.#begin();
			else if (state === "failed") this.end("dtls-failed");
			else if (state === "closed") this.end("left");
		});
		transport.on("sctpstatechange", (state) => {
			if (state === "connected") this.#openChannel();
			else if (state === "failed") this.end("data-failed");
			else if (state === "closed") this.end("left");
		});
		transport.on("trace", ({ info }) => {
			const { availableBitrate } = info as { availableBitrate?: number };
			if (availableBitrate === undefined) return;
			this.#estimate = availableBitrate;
			this.#options.changed();
		});
		transport.on("routerclose", () => this.end("worker-died"));
	}

	#begin(): void {
		this.#options.keyframeNeeded();
		if (this.#wantsData) return;
		this.#connected = true;
		this.#options.changed();
		this.#options.events.connected();
	}

	#openChannel(): void {
		this.#channel.announce();
		this.#connected = true;
		this.#options.changed();
		this.#options.events.connected();
	}

	end(reason: string): void {
		if (this.#closed) return;
		void this.close();
		this.#options.events.closed(reason);
	}
}

/** The offer of what the router will send to a viewer, and where from. */
function writeOffer(transport: WebRtcTransport, consumer: Consumer, level: number): string {
	const { iceParameters, iceCandidates, dtlsParameters } = transport;
	const { rtpParameters } = consumer;
	const offered: readonly string[] = Object.values(HEADER_EXTENSIONS);
	return writeHostOffer({
		ufrag: iceParameters.usernameFragment,
		password: iceParameters.password,
		fingerprint: dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === "sha-256")?.value ?? "",
		candidates: iceCandidates.map(({ protocol, foundation, ...host }) =>
			candidateLine({ transport: protocol, ...host }, foundation),
		),
		video: {
			...rtpParameters,
			headerExtensions: (rtpParameters.headerExtensions ?? []).filter(({ uri }) => offered.includes(uri)),
		},
		level,
		sessionId: randomInt(1, 2 ** 47),
	});
}

/** What mediasoup counts of a stream to a viewer. */
export type PeerCounters = Partial<
	Pick<PeerStats, "packets" | "bytes" | "retransmitted" | "nacks" | "keyframeRequests" | "roundTrip" | "lost">
>;

/** The part of a consumer's stats that is read. */
type SentStats = Pick<
	ConsumerStat,
	| "type"
	| "packetCount"
	| "byteCount"
	| "packetsRetransmitted"
	| "nackPacketCount"
	| "pliCount"
	| "firCount"
	| "fractionLost"
	| "roundTripTime"
>;

/** Reads a consumer's stats; those from before when there are none of what it sends. */
export function readCounters(stats: readonly SentStats[], before: PeerCounters): PeerCounters {
	const sent = stats.find(({ type }) => type === "outbound-rtp");
	if (sent === undefined) return before;
	const { roundTripTime } = sent;
	return {
		packets: sent.packetCount,
		bytes: sent.byteCount,
		retransmitted: sent.packetsRetransmitted,
		nacks: sent.nackPacketCount,
		keyframeRequests: sent.pliCount + sent.firCount,
		lost: sent.fractionLost / 256,
		...(roundTripTime === undefined || roundTripTime === 0 ? {} : { roundTrip: roundTripTime }),
	};
}
