import { randomInt } from "node:crypto";
import type { Clock } from "../../devices/clock.ts";
import type { IncomingEvents, IncomingStream } from "../../devices/incoming-stream.ts";
import type { MediaPort } from "../ice/media-port.ts";
import type { ReceivedUnit } from "../rtp/depacketizer.ts";
import { RECEIVER_TICK, Receiver } from "../rtp/receiver.ts";
import { HEADER_EXTENSIONS } from "../rtp/rtp-packet.ts";
import type { SenderOptions } from "../rtp/sender.ts";
import { writeClientAnswer } from "../sdp/client-answer.ts";
import type { ClientOffer } from "../sdp/client-offer.ts";
import type { Certificate } from "./certificate.ts";
import type { RosterPeer } from "./roster.ts";
import { SecureLink } from "./secure-link.ts";

/** Feedback that our receivers send. */
const FEEDBACK = ["nack", "nack pli", "transport-cc", "goog-remb"];
/** `level_idc` of the most that is taken: 5.2, as everything is passed on unread. */
const LEVEL = 52;
/** Least time between two pictures, ms: two that came at once must not have one RTP timestamp. */
const LEAST_STEP = 0.1;

export interface PublisherOptions {
	readonly offer: ClientOffer;
	readonly port: MediaPort;
	readonly certificate: Certificate;
	readonly clock: Clock;
	readonly events: IncomingEvents;
	/** DTLS is done. */
	joined(publisher: Publisher): void;
	/** It is closed, by itself or by `close()`. */
	gone(publisher: Publisher): void;
}

/** The connection of a publisher (WHIP): takes its one video. */
export class Publisher implements IncomingStream, RosterPeer {
	readonly answer: string;
	readonly #options: PublisherOptions;
	readonly #link: SecureLink;
	#receiver: Receiver | undefined;
	#lastAt = 0;
	#cancelTick = () => {};
	#closed = false;

	constructor(options: PublisherOptions) {
		const { offer, port, certificate, clock } = options;
		this.#options = options;
		this.#link = new SecureLink({
			port,
			certificate,
			now: () => clock.now(),
			connected: (keys) => this.#begin(keys),
			path: () => {},
			media: (packet) => {
				if (this.#receiver?.receive(packet)) this.#link.hear();
				else options.events.dropped();
			},
			tick: () => {},
			ended: (reason) => {
				this.#release();
				options.events.ended(reason);
			},
		});
		this.#link.identify(offer);
		this.answer = writeClientAnswer({
			offer,
			side: "publishes",
			ufrag: this.#link.ufrag,
			password: this.#link.password,
			fingerprint: certificate.fingerprint,
			hosts: this.#link.hosts,
			level: LEVEL,
			extensions: [HEADER_EXTENSIONS.mid, HEADER_EXTENSIONS.transportSequence],
			feedback: FEEDBACK,
			sessionId: randomInt(1, 2 ** 47),
		});
	}

	requestKeyframe(): void {
		this.#receiver?.requestKeyframe();
	}

	limitRate(bitrate: number): void {
		this.#receiver?.limitRate(bitrate);
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
		this.#cancelTick();
		this.#options.gone(this);
		this.#link.close();
	}

	#begin(keys: SenderOptions["keys"]): void {
		const { offer, clock, events } = this.#options;
		const { payloadType, retransmission, feedback } = offer.format;
		const transportSequence = offer.extensions.get(HEADER_EXTENSIONS.transportSequence);
		this.#options.joined(this);
		this.#receiver = new Receiver({
			terms: {
				payloadType,
				feedback,
				...(retransmission === undefined ? {} : { retransmission }),
				...(transportSequence === undefined ? {} : { transportSequence }),
			},
			keys,
			now: () => clock.now(),
			send: (packet) => this.#link.send(packet),
			unit: (unit, arrivedAt) => this.#give(unit, arrivedAt),
		});
		this.#tickLater();
		events.connected();
	}

	#give({ data, keyframe, width, height }: ReceivedUnit, arrivedAt: number): void {
		const { clock, events } = this.#options;
		const captureTime = Math.max(arrivedAt, this.#lastAt + LEAST_STEP);
		this.#lastAt = captureTime;
		const encodedTime = Math.max(captureTime, clock.now());
		events.accessUnit({ data, keyframe, width, height, captureTime, encodedTime });
	}

	#tickLater(): void {
		this.#cancelTick = this.#options.clock.after(RECEIVER_TICK, () => {
			this.#tickLater();
			this.#receiver?.tick();
		});
	}
}
