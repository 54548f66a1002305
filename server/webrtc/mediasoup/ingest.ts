import { randomInt } from "node:crypto";
import type {
	DirectTransport,
	Producer,
	Router,
	RouterRtpCodecCapability,
	RtpParameters,
} from "mediasoup/types";
import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import type { AccessUnit } from "../../devices/provider.ts";
import { rtpTimestamp } from "../rtp/media-clock.ts";
import { packetize } from "../rtp/packetizer.ts";
import { readFeedback, writeSenderReport } from "../rtp/rtcp.ts";
import {
	HEADER_EXTENSIONS,
	type HeaderExtension,
	MAX_RTP_HEADER,
	RtpHeaderWriter,
	RtpStream,
} from "../rtp/rtp-packet.ts";
import { H264, PAYLOAD_TYPE } from "../sdp/host-offer.ts";

/** What a router takes and sends. */
export const ROUTER_CODEC: RouterRtpCodecCapability = {
	...H264,
	kind: "video",
	preferredPayloadType: PAYLOAD_TYPE,
};

/** Header extensions of a device's stream on its way into a router; it gives them other ids on the way out. */
const INCOMING_EXTENSIONS = { playoutDelay: 11, captureTime: 10 } as const satisfies Partial<
	Record<HeaderExtension, number>
>;

/** How a device's stream comes in. */
function incomingParameters(ssrc: number, cname: string): RtpParameters {
	return {
		codecs: [
			{
				mimeType: H264.mimeType,
				payloadType: PAYLOAD_TYPE,
				clockRate: H264.clockRate,
				parameters: H264.parameters,
				rtcpFeedback: [{ type: "nack", parameter: "pli" }],
			},
		],
		headerExtensions: Object.entries(INCOMING_EXTENSIONS).map(([name, id]) => ({
			uri: HEADER_EXTENSIONS[name as HeaderExtension],
			id,
		})),
		encodings: [{ ssrc }],
		rtcp: { cname },
	};
}

/** Time between sender reports, milliseconds. */
const REPORT_EVERY = 1000;

export interface IngestOptions {
	/** See `PeerStats.clockOrigin`. */
	readonly clockOrigin: number;
	now(): MonotonicTime;
	/** A viewer cannot go on without a keyframe. May come often. */
	keyframeNeeded(): void;
}

/** The way of a device's access units into a router: each is cut into RTP packets once and handed over once. */
export class Ingest {
	readonly #options: IngestOptions;
	readonly #transport: DirectTransport;
	readonly #producer: Producer;
	readonly #stream: RtpStream;
	readonly #cname: string;
	readonly #header = new RtpHeaderWriter(INCOMING_EXTENSIONS, "");
	readonly #ticker: NodeJS.Timeout;
	#packets = 0;
	#payloadBytes = 0;

	private constructor(
		options: IngestOptions,
		transport: DirectTransport,
		producer: Producer,
		stream: RtpStream,
		cname: string,
	) {
		this.#options = options;
		this.#transport = transport;
		this.#producer = producer;
		this.#stream = stream;
		this.#cname = cname;
		transport.on("rtcp", (packet) => this.#takeFeedback(packet));
		this.#ticker = setInterval(() => this.#report(), REPORT_EVERY);
	}

	static async open(router: Router, options: IngestOptions): Promise<Ingest> {
		const stream = new RtpStream(PAYLOAD_TYPE, randomInt(1, 2 ** 32));
		const cname = `screen-${stream.ssrc}`;
		const transport = await router.createDirectTransport({});
		const producer = await transport.produce({
			kind: "video",
			rtpParameters: incomingParameters(stream.ssrc, cname),
		});
		return new Ingest(options, transport, producer, stream, cname);
	}

	/** The stream's id in its router. */
	get producerId(): string {
		return this.#producer.id;
	}

	push(unit: AccessUnit): void {
		const { captureTime, keyframe } = unit;
		const timestamp = rtpTimestamp(captureTime, this.#options.clockOrigin);
		const media = packetize(unit.data, { captureTime, rtpTimestamp: timestamp, keyframe });
		const isFirst = this.#packets === 0;
		for (const packet of media.packets) {
			const { payloadType, ssrc } = this.#stream;
			const memory = Buffer.allocUnsafe(MAX_RTP_HEADER + packet.payload.length);
			const sequence = this.#stream.take() & 0xffff;
			const header = this.#header.write(memory, packet, {
				payloadType,
				ssrc,
				sequence,
				timestamp,
				transportSequence: 0,
			});
			memory.set(packet.payload, header);
			this.#producer.send(memory.subarray(0, header + packet.payload.length));
			this.#packets++;
			this.#payloadBytes += packet.payload.length;
		}
		if (isFirst) this.#report();
	}

	close(): void {
		clearInterval(this.#ticker);
		this.#transport.close();
	}

	#takeFeedback(packet: Buffer): void {
		readFeedback(packet, this.#stream.ssrc, {
			keyframeWanted: () => this.#options.keyframeNeeded(),
			missing() {},
			report() {},
			transport() {},
			limit() {},
		});
	}

	/** Tells how the stream's clock stands to the host's. */
	#report(): void {
		if (this.#packets === 0) return;
		const state = {
			ssrc: this.#stream.ssrc,
			cname: this.#cname,
			clockOrigin: this.#options.clockOrigin,
			packets: this.#packets,
			payloadBytes: this.#payloadBytes,
		};
		this.#transport.sendRtcp(writeSenderReport(state, this.#options.now()));
	}
}
