import { randomInt } from "node:crypto";
import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import { Depacketizer, type ReceivedUnit } from "./depacketizer.ts";
import { compactNtp, ntpTime } from "./media-clock.ts";
import { nearestIndex } from "./packet-indexes.ts";
import { ReorderBuffer } from "./reorder-buffer.ts";
import {
	type ReceptionReport,
	writeFrameLoss,
	writeMaximumRate,
	writeNack,
	writeReceiverReport,
} from "./rtcp.ts";
import { type RtpPacket, readRtp } from "./rtp-packet.ts";
import { createSrtcpContext, type SrtcpContext } from "./srtcp.ts";
import { deriveSessionKeys, type SrtpKeys, SrtpStreams } from "./srtp.ts";
import { TransportArrivals } from "./transport-arrivals.ts";

/** How often `tick` is to be called, ms. */
export const RECEIVER_TICK = 50;
/** Time between receiver reports, ms. */
const REPORT_EVERY = 1000;
/** Time between requests for a keyframe, ms, however many ask. */
const KEYFRAME_EVERY = 250;

const SENDER_REPORT = 200;

/** What was agreed on with a publisher. */
export interface ReceiveParameters {
	readonly payloadType: number;
	/** Payload type of retransmissions, if there are any. */
	readonly retransmission?: number;
	/** Header extension id of the transport-wide sequence number. */
	readonly transportSequence?: number;
	/** Kinds of feedback that the publisher takes. */
	readonly feedback: ReadonlySet<string>;
}

export interface ReceiverOptions {
	readonly parameters: ReceiveParameters;
	readonly keys: SrtpKeys;
	now(): MonotonicTime;
	send(packet: Buffer): void;
	/** A whole frame, and when its first packet came. Nothing comes between a loss and the next keyframe. */
	unit(unit: ReceivedUnit, arrivedAt: MonotonicTime): void;
}

/** What a receiver counts. */
export interface ReceiverStats {
	readonly packets: number;
	readonly bytes: number;
	readonly units: number;
	/** Packets asked for again, and times a keyframe was. */
	readonly nacks: number;
	readonly keyframeRequests: number;
	/** Times that packets were lost for good. */
	readonly losses: number;
	/** Packets dropped: not genuine, repeated, late, of another stream, or unreadable. */
	readonly dropped: number;
}

interface Arrived {
	readonly rtp: RtpPacket;
	readonly at: number;
}

/** The receive path of one publisher's video: opens, orders and repairs packets, and makes frames of them. */
export class Receiver {
	readonly #options: ReceiverOptions;
	readonly #streams: SrtpStreams;
	readonly #incoming: SrtcpContext;
	readonly #outgoing: SrtcpContext;
	readonly #ssrc = randomInt(1, 2 ** 32);
	readonly #arrivals = new TransportArrivals();
	readonly #order: ReorderBuffer<Arrived>;
	readonly #frames: Depacketizer;
	#media: Reception | undefined;
	#unitArrived: { timestamp: number; at: number } | undefined;
	#keyframeWanted = false;
	#keyframeAskedAt = Number.NEGATIVE_INFINITY;
	#reportedAt = Number.NEGATIVE_INFINITY;
	#maximumRate: number | undefined;
	readonly #stats = {
		packets: 0,
		bytes: 0,
		units: 0,
		nacks: 0,
		keyframeRequests: 0,
		losses: 0,
		dropped: 0,
	};

	constructor(options: ReceiverOptions) {
		const { keys } = options;
		this.#options = options;
		this.#streams = new SrtpStreams(keys.remote);
		this.#incoming = createSrtcpContext(keys.remote.profile, deriveSessionKeys(keys.remote, "rtcp"));
		this.#outgoing = createSrtcpContext(keys.local.profile, deriveSessionKeys(keys.local, "rtcp"));
		this.#order = new ReorderBuffer({
			next: (packet) => this.#unpack(packet),
			lost: () => {
				this.#stats.losses++;
				this.#frames.lost();
			},
		});
		this.#frames = new Depacketizer({
			unit: (unit) => this.#give(unit),
			broken: () => this.requestKeyframe(),
		});
	}

	/** Takes an SRTP or SRTCP packet (RFC 5761, 4); whether it was genuine. */
	receive(packet: Buffer): boolean {
		const type = packet[1] ?? 0;
		const genuine = type >= 192 && type <= 223 ? this.#takeReport(packet) : this.#takeMedia(packet);
		if (!genuine) this.#stats.dropped++;
		return genuine;
	}

	/** Asks for a keyframe; may be called often. */
	requestKeyframe(): void {
		this.#keyframeWanted = true;
		this.#askKeyframe();
	}

	/** The rate that is of use now, bits per second; publishers that heed it send no more. */
	limitRate(rate: number): void {
		this.#maximumRate = rate;
	}

	/** Sends what is due; to be called every `RECEIVER_TICK`. */
	tick(): void {
		const now = this.#options.now();
		this.#repair(now);
		this.#askKeyframe();
		if (this.#options.parameters.feedback.has("transport-cc") && this.#media) {
			const message = this.#arrivals.take(this.#ssrc, this.#media.ssrc);
			if (message) this.#send(message);
		}
		if (now - this.#reportedAt < REPORT_EVERY || !this.#media) return;
		this.#reportedAt = now;
		this.#send(writeReceiverReport(this.#ssrc, this.#media.report(now)));
		if (this.#maximumRate === undefined || !this.#options.parameters.feedback.has("goog-remb")) return;
		this.#send(writeMaximumRate(this.#ssrc, this.#media.ssrc, this.#maximumRate));
	}

	stats(): ReceiverStats {
		return { ...this.#stats };
	}

	#takeMedia(packet: Buffer): boolean {
		const opened = this.#streams.open(packet);
		if (!opened) return false;
		const { parameters } = this.#options;
		const rtp = readRtp(opened.packet, opened.headerLength, parameters);
		const now = this.#options.now();
		this.#stats.packets++;
		this.#stats.bytes += packet.length;
		if (!rtp) return false;
		if (rtp.transportSequence !== undefined) this.#arrivals.add(rtp.transportSequence, now);
		if (rtp.payloadType === parameters.payloadType) return this.#takeInOrder(rtp, opened.index, now);
		// Audio of a client that sends it although it was not asked to is passed over.
		return rtp.payloadType === parameters.retransmission ? this.#takeRepeated(rtp, now) : true;
	}

	#takeInOrder(rtp: RtpPacket, index: number, now: MonotonicTime): boolean {
		this.#media ??= new Reception(rtp.ssrc);
		if (this.#media.ssrc !== rtp.ssrc) return false;
		this.#media.add(index, rtp.timestamp, now);
		return this.#put(rtp, index, now);
	}

	/** RFC 4588, 4: the original sequence number goes before the payload. */
	#takeRepeated(rtp: RtpPacket, now: MonotonicTime): boolean {
		// Probes for bandwidth are retransmissions without anything in them.
		if (!this.#media || rtp.payload.length < 2) return true;
		const sequence = rtp.payload.readUInt16BE(0);
		const index = nearestIndex(sequence, this.#media.highest);
		this.#put({ ...rtp, sequence, payload: rtp.payload.subarray(2) }, index, now);
		return true;
	}

	#put(rtp: RtpPacket, index: number, at: number): boolean {
		const used = this.#order.add(index, { rtp, at }, at);
		if (this.#order.gaps) this.#repair(at);
		return used;
	}

	#repair(now: MonotonicTime): void {
		if (!this.#order.gaps || !this.#media) return;
		const missing = this.#order.look(now);
		if (missing.length === 0 || !this.#options.parameters.feedback.has("nack")) return;
		this.#stats.nacks += missing.length;
		this.#send(writeNack(this.#ssrc, this.#media.ssrc, missing));
	}

	#unpack({ rtp, at }: Arrived): void {
		if (this.#unitArrived?.timestamp !== rtp.timestamp) this.#unitArrived = { timestamp: rtp.timestamp, at };
		if (!this.#frames.add(rtp.payload, rtp.timestamp, rtp.marker)) this.#stats.dropped++;
	}

	#give(unit: ReceivedUnit): void {
		this.#stats.units++;
		if (unit.keyframe) this.#keyframeWanted = false;
		const arrived = this.#unitArrived;
		const at = arrived?.timestamp === unit.rtpTimestamp ? arrived.at : this.#options.now();
		this.#options.unit(unit, at);
	}

	#askKeyframe(): void {
		const now = this.#options.now();
		if (!this.#keyframeWanted || !this.#media || now - this.#keyframeAskedAt < KEYFRAME_EVERY) return;
		this.#keyframeAskedAt = now;
		this.#stats.keyframeRequests++;
		this.#send(writeFrameLoss(this.#ssrc, this.#media.ssrc));
	}

	#takeReport(packet: Buffer): boolean {
		const plain = this.#incoming.open(packet);
		if (!plain) return false;
		const isOfMedia = plain.length >= 28 && plain[1] === SENDER_REPORT;
		if (isOfMedia && plain.readUInt32BE(4) === this.#media?.ssrc) {
			this.#media.senderReported(plain.readUInt32BE(10), this.#options.now());
		}
		return true;
	}

	#send(packet: Buffer): void {
		this.#options.send(this.#outgoing.protect(packet));
	}
}

/** Units of the RTP clock in a millisecond. */
const PER_MS = 90;

/** Counts what comes of one stream, for receiver reports (RFC 3550, 6.4.1 and appendix A.3, A.8). */
export class Reception {
	readonly ssrc: number;
	#first: number | undefined;
	#highest = 0;
	#received = 0;
	#expectedBefore = 0;
	#receivedBefore = 0;
	#jitter = 0;
	#transit: number | undefined;
	#lastReport = 0;
	#reportedAt = 0;

	constructor(ssrc: number) {
		this.ssrc = ssrc;
	}

	/** Highest index so far. */
	get highest(): number {
		return this.#highest;
	}

	/** A packet came at `now`, ms. */
	add(index: number, timestamp: number, now: MonotonicTime): void {
		this.#first ??= index;
		this.#highest = Math.max(this.#highest, index);
		this.#received++;
		const transit = (now * PER_MS - timestamp) % 2 ** 32;
		const step = Math.abs(transit - (this.#transit ?? transit));
		this.#transit = transit;
		// Beyond that the clock of one side has wrapped.
		if (step < 2 ** 31) this.#jitter += (step - this.#jitter) / 16;
	}

	/** The sender's report came; `middle`: the middle 32 bits of its NTP time. */
	senderReported(middle: number, now: MonotonicTime): void {
		this.#lastReport = middle;
		this.#reportedAt = now;
	}

	report(now: MonotonicTime): ReceptionReport {
		const expected = this.#first === undefined ? 0 : this.#highest - this.#first + 1;
		const expectedNow = expected - this.#expectedBefore;
		const lostNow = Math.max(0, expectedNow - (this.#received - this.#receivedBefore));
		this.#expectedBefore = expected;
		this.#receivedBefore = this.#received;
		const since = (compactNtp(ntpTime(now)) - compactNtp(ntpTime(this.#reportedAt))) >>> 0;
		return {
			ssrc: this.ssrc,
			fraction: expectedNow > 0 ? Math.min(255, Math.floor((lostNow * 256) / expectedNow)) : 0,
			lost: Math.max(0, expected - this.#received),
			highest: this.#highest,
			jitter: this.#jitter,
			lastReport: this.#lastReport,
			sinceReport: this.#lastReport === 0 ? 0 : since,
		};
	}
}
