import { randomInt } from "node:crypto";
import type { MediaPort } from "../ice/media-port.ts";
import type { AnsweredPeer, PeerEvents, PeerStats } from "../media.ts";
import { type ExtensionIds, HEADER_EXTENSIONS, type HeaderExtension } from "../rtp/rtp-packet.ts";
import type { SenderOptions, SenderPath, StreamTerms } from "../rtp/sender.ts";
import { writeClientAnswer } from "../sdp/client-answer.ts";
import type { ClientOffer } from "../sdp/client-offer.ts";
import type { Certificate } from "./certificate.ts";
import { peerStats } from "./peer-stats.ts";
import type { RosterPeer } from "./roster.ts";
import { SecureLink } from "./secure-link.ts";
import type { ViewerStream, ViewerStreamOptions } from "./viewer-stream.ts";

/** Feedback that our senders understand. */
const FEEDBACK = ["nack", "nack pli", "ccm fir", "transport-cc"];
/** Longest media id that a packet's header has room for. */
const MAX_MID = 2;

export interface PlayerPeerOptions {
	readonly id: string;
	readonly offer: ClientOffer;
	readonly port: MediaPort;
	readonly certificate: Certificate;
	/** H.264 `level_idc` of the pictures. */
	readonly level: number;
	readonly clockOrigin: number;
	readonly events: PeerEvents;
	now(): number;
	/** DTLS is done: the player can take pictures from now on. */
	openStream(opening: Omit<ViewerStreamOptions, "pool" | "member">): ViewerStream;
	/** The player is seen, or is not any more. */
	shown(shown: boolean): void;
	/** The peer is closed, by itself or by `close()`. */
	gone(peer: PlayerPeer): void;
}

/** The connection of a player that made the offer (WHEP): pictures, and no data channel. */
export class PlayerPeer implements AnsweredPeer, RosterPeer {
	readonly id: string;
	readonly answer: string;
	readonly #options: PlayerPeerOptions;
	readonly #link: SecureLink;
	readonly #ssrc = randomInt(1, 2 ** 32);
	readonly #retransmissionSsrc = randomInt(1, 2 ** 32);
	#stream: ViewerStream | undefined;
	#path: SenderPath | undefined;
	#closed = false;

	constructor(options: PlayerPeerOptions) {
		const { offer, port, certificate, now } = options;
		this.id = options.id;
		this.#options = options;
		this.#link = new SecureLink({
			port,
			certificate,
			now,
			connected: (keys) => this.#begin(keys),
			path: (path) => {
				this.#path = path;
				this.#stream?.setPath(path);
			},
			media: (packet) => this.#stream?.receive(packet),
			tick: () => this.#stream?.tick(),
			ended: (reason) => {
				this.#release();
				options.events.closed(reason);
			},
		});
		this.#link.identify(offer);
		this.answer = writeClientAnswer({
			offer,
			side: "watches",
			ufrag: this.#link.ufrag,
			password: this.#link.password,
			fingerprint: certificate.fingerprint,
			hosts: this.#link.hosts,
			level: options.level,
			extensions: Object.values(HEADER_EXTENSIONS),
			feedback: FEEDBACK,
			stream: { ssrc: this.#ssrc, retransmissionSsrc: this.#retransmissionSsrc, cname: this.#link.ufrag },
			sessionId: randomInt(1, 2 ** 47),
		});
	}

	/** A player has no data channel. */
	sendMessage(): void {}

	setShown(shown: boolean): void {
		this.#options.shown(shown);
	}

	stats(): PeerStats {
		const { clockOrigin } = this.#options;
		return peerStats(this.#stream, this.#link.pathKind, { droppedMessages: 0, clockOrigin });
	}

	tick(): void {
		this.#link.tick();
	}

	giveWay(): void {
		this.#link.giveWay();
	}

	async close(): Promise<void> {
		this.#release();
	}

	#release(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#options.gone(this);
		this.#stream?.close();
		this.#link.close();
	}

	#begin(keys: SenderOptions["keys"]): void {
		const heard = () => this.#link.hear();
		this.#stream = this.#options.openStream({ terms: this.#terms(), keys, path: this.#path, heard });
		this.#options.events.connected();
	}

	#terms(): StreamTerms {
		const { offer, clockOrigin } = this.#options;
		const { payloadType, retransmission } = offer.format;
		const repeats = { payloadType: retransmission ?? 0, ssrc: this.#retransmissionSsrc };
		return {
			payloadType,
			ssrc: this.#ssrc,
			...(retransmission === undefined ? {} : { retransmission: repeats }),
			extensions: sentExtensions(offer),
			mid: offer.mid,
			cname: this.#link.ufrag,
			clockOrigin,
		};
	}
}

function sentExtensions({ extensions, format, mid }: ClientOffer): ExtensionIds {
	const ids: ExtensionIds = {};
	for (const name of Object.keys(HEADER_EXTENSIONS) as HeaderExtension[]) {
		const id = extensions.get(HEADER_EXTENSIONS[name]);
		if (id !== undefined) ids[name] = id;
	}
	if (mid.length > MAX_MID) delete ids.mid;
	// Numbers that nobody reports on are of no use.
	if (!format.feedback.has("transport-cc")) delete ids.transportSequence;
	return ids;
}
