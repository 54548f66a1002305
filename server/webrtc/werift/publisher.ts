import { randomInt } from "node:crypto";
import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import type { IncomingEvents, IncomingStream } from "../../devices/incoming-stream.ts";
import type { ReceivedUnit } from "../rtp/depacketizer.ts";
import { RECEIVER_TICK, Receiver } from "../rtp/receiver.ts";
import { HEADER_EXTENSIONS } from "../rtp/rtp-packet.ts";
import type { SrtpKeys } from "../rtp/srtp.ts";
import { type ClientOffer, writeClientAnswer } from "../sdp/client-offer.ts";
import { type TransportOptions, WeriftTransport } from "./transport.ts";

/** Feedback that our receivers send. */
const FEEDBACK = ["nack", "nack pli", "transport-cc", "goog-remb"];
/** `level_idc` of the most that is taken: 5.2, as everything is passed on unread. */
const LEVEL = 52;
/** Least time between two frames, ms: two that came at once must not have one RTP timestamp. */
const MIN_STEP = 0.1;

export interface PublisherOptions {
	readonly offer: ClientOffer;
	readonly transport: TransportOptions;
	readonly events: IncomingEvents;
	/** It is closed, by itself or by `close()`. */
	gone(publisher: Publisher): void;
}

/** The connection of a publisher that made the offer (WHIP): a transport that takes its one video. */
export class Publisher implements IncomingStream {
	readonly answer: string;
	readonly #options: PublisherOptions;
	readonly #transport: WeriftTransport;
	#receiver: Receiver | undefined;
	#lastAt = 0;
	#cancelTick = () => {};
	#closing: Promise<void> | undefined;

	constructor(options: PublisherOptions) {
		const { offer, events } = options;
		this.#options = options;
		this.#transport = new WeriftTransport(options.transport, {
			connected: (keys) => this.#begin(keys),
			media: (packet) => {
				if (this.#receiver?.receive(packet)) this.#transport.heard();
				else events.dropped();
			},
			closed: (reason) => {
				void this.close();
				events.ended(reason);
			},
		});
		this.#transport.connect(offer);
		this.answer = writeClientAnswer({
			offer,
			side: "publishes",
			...this.#transport.local,
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

	close(): Promise<void> {
		this.#closing ??= this.#release();
		return this.#closing;
	}

	async #release(): Promise<void> {
		this.#cancelTick();
		this.#options.gone(this);
		await this.#transport.close();
	}

	#begin(keys: SrtpKeys): void {
		const { offer, transport, events } = this.#options;
		const { payloadType, retransmission, feedback } = offer.format;
		const transportSequence = offer.extensions.get(HEADER_EXTENSIONS.transportSequence);
		this.#receiver = new Receiver({
			parameters: {
				payloadType,
				feedback,
				...(retransmission !== undefined && { retransmission }),
				...(transportSequence !== undefined && { transportSequence }),
			},
			keys,
			now: () => transport.clock.now(),
			send: (packet) => this.#transport.send(packet),
			unit: (unit, arrivedAt) => this.#give(unit, arrivedAt),
		});
		this.#tickLater();
		events.connected();
	}

	#give({ data, keyframe, width, height }: ReceivedUnit, arrivedAt: MonotonicTime): void {
		const { transport, events } = this.#options;
		const captureTime = Math.max(arrivedAt, this.#lastAt + MIN_STEP);
		this.#lastAt = captureTime;
		const encodedTime = Math.max(captureTime, transport.clock.now());
		events.accessUnit({ data, keyframe, width, height, captureTime, encodedTime });
	}

	#tickLater(): void {
		this.#cancelTick = this.#options.transport.clock.after(RECEIVER_TICK, () => {
			this.#tickLater();
			this.#receiver?.tick();
		});
	}
}
