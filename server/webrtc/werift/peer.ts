import { randomInt } from "node:crypto";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { candidateLine } from "../ice/candidate.ts";
import type { PacketPath } from "../ice/path.ts";
import type { AnsweredPeer, Connection, Peer, PeerEvents, PeerStats } from "../media.ts";
import { PacketBudget } from "../packet-budget.ts";
import {
	type ExtensionIds,
	HEADER_EXTENSIONS,
	type HeaderExtension,
	LONGEST_SENT_MID,
} from "../rtp/rtp-packet.ts";
import type { Sender } from "../rtp/sender.ts";
import type { SenderPool } from "../rtp/sender-pool.ts";
import type { SrtpKeys } from "../rtp/srtp.ts";
import type { Subscriber } from "../rtp/subscribers.ts";
import { type ClientOffer, writeClientAnswer } from "../sdp/client-offer.ts";
import {
	PAYLOAD_TYPE,
	RTX_PAYLOAD_TYPE,
	readViewerAnswer,
	senderParameters,
	VIDEO_MID,
	writeHostOffer,
} from "../sdp/host-offer.ts";
import { type RemoteParameters, type TransportOptions, WeriftTransport } from "./transport.ts";

/** Feedback that our senders understand. */
const FEEDBACK = ["nack", "nack pli", "ccm fir", "transport-cc"];

export interface PeerOptions {
	readonly id: string;
	readonly transport: TransportOptions;
	readonly pool: SenderPool;
	/** Its place among the track's viewers; left when the peer closes. */
	readonly subscriber: Subscriber;
	/** H.264 `level_idc` that the frames need. */
	readonly level: number;
	/** See `PeerStats.clockOrigin`. */
	readonly clockOrigin: number;
	readonly events: PeerEvents;
	/** The peer is closed, by itself or by `close()`. */
	gone(peer: WeriftPeer): void;
}

/** What both sides agreed on. */
interface Agreed {
	readonly payloadType: number;
	/** Absent: no retransmissions. */
	readonly rtxPayloadType?: number | undefined;
	readonly extensions: ExtensionIds;
	readonly mid: string;
	/** The viewer's SCTP port; absent: no data channel. */
	readonly sctpPort?: number | undefined;
}

/** The connection of one viewer: a transport that sends it the track's frames. */
export abstract class WeriftPeer implements Connection {
	readonly id: string;
	protected readonly transport: WeriftTransport;
	protected readonly ssrc = randomInt(1, 2 ** 32);
	protected readonly rtxSsrc = randomInt(1, 2 ** 32);
	readonly #options: PeerOptions;
	#agreed: Agreed | undefined;
	#sender: Sender | undefined;
	#path: PacketPath | undefined;
	#closing: Promise<void> | undefined;

	constructor(options: PeerOptions) {
		this.id = options.id;
		this.#options = options;
		this.transport = new WeriftTransport(options.transport, {
			connected: (keys) => this.#begin(keys),
			path: (path) => {
				this.#path = path;
				this.#sender?.setPath(path);
			},
			media: (packet) => this.#sender?.receive(packet),
			tick: () => this.#sender?.report(),
			budget: options.events.budget ?? new PacketBudget(undefined, () => options.transport.clock.now()),
			closed: (reason) => {
				void this.close();
				options.events.closed(reason);
			},
		});
	}

	sendMessage(message: Uint8Array): void {
		this.transport.sendMessage(message);
	}

	setShown(shown: boolean): void {
		this.#options.subscriber.setShown(shown);
	}

	stats(): PeerStats {
		const { subscriber, clockOrigin } = this.#options;
		const { pathKind: path, droppedMessages } = this.transport;
		return {
			packets: 0,
			bytes: 0,
			retransmitted: 0,
			nacks: 0,
			keyframeRequests: 0,
			skipped: 0,
			...(this.#sender && { ...this.#sender.stats(), ...subscriber.stats }),
			...(path && { path }),
			droppedMessages,
			clockOrigin,
		};
	}

	close(): Promise<void> {
		this.#closing ??= this.#release();
		return this.#closing;
	}

	/** Both descriptions are there: waits for the viewer's DTLS. */
	protected connect(remote: RemoteParameters, agreed: Agreed): void {
		this.#agreed = agreed;
		this.transport.connect(remote);
	}

	async #release(): Promise<void> {
		this.#options.gone(this);
		this.#options.subscriber.leave();
		this.#sender?.close();
		await this.transport.close();
	}

	#begin(keys: SrtpKeys): void {
		if (this.#agreed === undefined) return;
		const { pool, subscriber, events, clockOrigin } = this.#options;
		const { payloadType, rtxPayloadType, extensions, mid, sctpPort } = this.#agreed;
		this.#sender = pool.openSender({
			parameters: {
				payloadType,
				ssrc: this.ssrc,
				...(rtxPayloadType !== undefined && {
					retransmission: { payloadType: rtxPayloadType, ssrc: this.rtxSsrc },
				}),
				extensions,
				mid,
				cname: this.transport.local.ufrag,
				clockOrigin,
			},
			keys,
			pace: subscriber.pace,
			events: {
				...subscriber.senderEvents,
				heard: () => this.transport.heard(),
				failed: () => this.transport.end("sender-failed"),
			},
		});
		this.#sender.setPath(this.#path);
		subscriber.attach(this.#sender);
		if (sctpPort === undefined) return events.connected();
		this.transport.openDataChannel(sctpPort, {
			opened: () => events.connected(),
			message: (data) => events.message(data),
			unreadable: () => events.unreadable(),
		});
	}
}

/** A viewer to whom the offer is made (our page): frames and the data channel. */
export class OfferingPeer extends WeriftPeer implements Peer {
	readonly offer: string;
	#answered = false;

	constructor(options: PeerOptions) {
		super(options);
		const { local } = this.transport;
		this.offer = writeHostOffer({
			...local,
			candidates: local.hosts.map((host, i) => candidateLine(host, i + 1)),
			video: senderParameters(this.ssrc, this.rtxSsrc, local.ufrag),
			level: options.level,
			sessionId: randomInt(1, 2 ** 47),
		});
	}

	async acceptAnswer(sdp: string): Promise<void> {
		if (this.#answered || this.transport.isClosed) {
			throw new PortholeError("bad-answer", `Peer ${this.id} takes no further answer; ask for a new offer.`);
		}
		const answer = readViewerAnswer(sdp);
		this.#answered = true;
		this.connect(answer, {
			payloadType: PAYLOAD_TYPE,
			rtxPayloadType: answer.retransmission ? RTX_PAYLOAD_TYPE : undefined,
			extensions: answer.extensions,
			mid: VIDEO_MID,
			sctpPort: answer.data ? answer.sctpPort : undefined,
		});
	}
}

/** A player that made the offer (WHEP): frames, and no data channel. */
export class AnsweringPeer extends WeriftPeer implements AnsweredPeer {
	readonly answer: string;

	constructor(options: PeerOptions, offer: ClientOffer) {
		super(options);
		this.connect(offer, {
			payloadType: offer.format.payloadType,
			rtxPayloadType: offer.format.retransmission,
			extensions: sentExtensions(offer),
			mid: offer.mid.length > LONGEST_SENT_MID ? "" : offer.mid,
		});
		this.answer = writeClientAnswer({
			offer,
			side: "watches",
			...this.transport.local,
			level: options.level,
			extensions: Object.values(HEADER_EXTENSIONS),
			feedback: FEEDBACK,
			stream: {
				ssrc: this.ssrc,
				retransmissionSsrc: this.rtxSsrc,
				cname: this.transport.local.ufrag,
			},
			sessionId: randomInt(1, 2 ** 47),
		});
	}
}

function sentExtensions({ extensions, format, mid }: ClientOffer): ExtensionIds {
	const ids: ExtensionIds = {};
	for (const name of Object.keys(HEADER_EXTENSIONS) as HeaderExtension[]) {
		const id = extensions.get(HEADER_EXTENSIONS[name]);
		if (id !== undefined) ids[name] = id;
	}
	if (mid.length > LONGEST_SENT_MID) delete ids.mid;
	// Numbers that nobody reports on are of no use.
	if (!format.feedback.has("transport-cc")) delete ids.transportSequence;
	return ids;
}
