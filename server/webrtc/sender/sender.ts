import type { PeerStats } from "../media.ts";
import { type FeedbackEvents, readFeedback } from "./feedback.ts";
import { SentHistory } from "./history.ts";
import { compactNtp, ntpTime } from "./media-clock.ts";
import type { MediaPacket, MediaUnit } from "./packetize.ts";
import { type ExtensionIds, type HeaderFields, RtpHeaderWriter } from "./rtp-header.ts";
import { RtpStream } from "./rtp-stream.ts";
import { writeSenderReport } from "./sender-report.ts";
import { createSrtcpContext, type SrtcpContext } from "./srtcp.ts";
import { createSrtpProtector, type SrtpProtector } from "./srtp.ts";
import { deriveSessionKeys, type MasterKeys } from "./srtp-keys.ts";

/** Bytes that may wait in a connection: about half a second at 4 Mbit/s. Beyond it pictures are skipped. */
export const MAX_QUEUED_BYTES = 256 * 1024;

/** A packet is not sent again while its last copy may still be on the way; milliseconds, where no round trip is known. */
const RESEND_INTERVAL = 20;

/** Room for the longest packet with its protection. */
const PACKET_MEMORY = 1500;

/** The connection that packets go to. */
export interface PacketSink {
	/** Sends `packet[0, length)`. Answers true when the memory is still in use afterwards and must be left alone. */
	send(packet: Buffer, length: number): boolean;
	/** Bytes that the network has not taken yet. */
	queuedBytes(): number;
}

/** What was agreed for one viewer's stream. */
export interface StreamTerms {
	readonly payloadType: number;
	readonly ssrc: number;
	/** Absent when the other side takes no retransmissions (RFC 4588). */
	readonly retransmission?: { readonly payloadType: number; readonly ssrc: number };
	readonly extensions: ExtensionIds;
	readonly mid: string;
	readonly cname: string;
	/** See `PeerStats.clockOrigin`. */
	readonly clockOrigin: number;
}

export interface SenderOptions {
	readonly terms: StreamTerms;
	/** Keys for what we send and for what comes in. */
	readonly keys: { readonly local: MasterKeys; readonly remote: MasterKeys };
	readonly sink: PacketSink;
	/** Milliseconds since the Unix epoch. */
	now(): number;
	/** Asks for a keyframe; may be called often. */
	requestKeyframe(): void;
}

/** What a sender counts. */
export type SenderStats = Pick<
	PeerStats,
	"packets" | "bytes" | "retransmitted" | "nacks" | "keyframeRequests" | "skipped" | "roundTrip" | "lost"
>;

/** The RTP send path of one viewer: numbers, protects and sends what was packetised once for all. */
export class Sender {
	readonly #options: SenderOptions;
	readonly #header: RtpHeaderWriter;
	readonly #srtp: SrtpProtector;
	readonly #outgoing: SrtcpContext;
	readonly #incoming: SrtcpContext;
	readonly #media: RtpStream;
	readonly #resent: RtpStream | undefined;
	readonly #history = new SentHistory();
	readonly #fields: HeaderFields = { payloadType: 0, sequence: 0, ssrc: 0, transportSequence: 0 };
	readonly #feedback: FeedbackEvents;
	#memory = Buffer.allocUnsafeSlow(PACKET_MEMORY);
	#awaitsKeyframe = true;
	#payloadBytes = 0;
	#mediaPackets = 0;
	#packets = 0;
	#bytes = 0;
	#retransmitted = 0;
	#nacks = 0;
	#keyframeRequests = 0;
	#skipped = 0;
	#roundTrip: number | undefined;
	#lost: number | undefined;

	constructor(options: SenderOptions) {
		const { terms, keys } = options;
		this.#options = options;
		this.#header = new RtpHeaderWriter(terms.extensions, terms.mid);
		this.#srtp = createSrtpProtector(keys.local.profile, deriveSessionKeys(keys.local, "rtp"));
		this.#outgoing = createSrtcpContext(keys.local.profile, deriveSessionKeys(keys.local, "rtcp"));
		this.#incoming = createSrtcpContext(keys.remote.profile, deriveSessionKeys(keys.remote, "rtcp"));
		this.#media = new RtpStream(terms.payloadType, terms.ssrc);
		if (terms.retransmission !== undefined) {
			this.#resent = new RtpStream(terms.retransmission.payloadType, terms.retransmission.ssrc);
		}
		this.#feedback = {
			keyframeWanted: () => this.#wantKeyframe(),
			missing: (sequence) => this.#resend(sequence),
			report: (lost, last, delay) => this.#takeReport(lost, last, delay),
		};
		options.requestKeyframe();
	}

	/** Sends an access unit, unless the viewer must wait for a keyframe or its connection is too slow for it. */
	send(unit: MediaUnit): void {
		if (this.#options.sink.queuedBytes() > MAX_QUEUED_BYTES) {
			this.#awaitsKeyframe = true;
			this.#skipped++;
			return;
		}
		if (this.#awaitsKeyframe && !unit.keyframe) {
			this.#skipped++;
			this.#options.requestKeyframe();
			return;
		}
		this.#awaitsKeyframe = false;
		const isFirst = this.#mediaPackets === 0;
		for (const packet of unit.packets) this.#sendMedia(packet);
		// Without it the viewer cannot tell our clock, and so no latency, for a second.
		if (isFirst) this.report();
	}

	/** Pictures were left out: the next one that is sent is a keyframe. */
	awaitKeyframe(): void {
		this.#awaitsKeyframe = true;
		this.#options.requestKeyframe();
	}

	/** Takes a protected RTCP packet; whether it was genuine. */
	receive(packet: Buffer): boolean {
		const plain = this.#incoming.open(packet);
		if (plain !== undefined) readFeedback(plain, this.#media.ssrc, this.#feedback);
		return plain !== undefined;
	}

	/** Sends a sender report; to be called each second. */
	report(): void {
		if (this.#mediaPackets === 0) return;
		const { ssrc, cname, clockOrigin } = this.#options.terms;
		const state = { ssrc, cname, clockOrigin, packets: this.#mediaPackets, payloadBytes: this.#payloadBytes };
		const packet = this.#outgoing.protect(writeSenderReport(state, this.#options.now()));
		this.#options.sink.send(packet, packet.length);
	}

	stats(): SenderStats {
		return {
			packets: this.#packets,
			bytes: this.#bytes,
			retransmitted: this.#retransmitted,
			nacks: this.#nacks,
			keyframeRequests: this.#keyframeRequests,
			skipped: this.#skipped,
			...(this.#roundTrip === undefined ? {} : { roundTrip: this.#roundTrip }),
			...(this.#lost === undefined ? {} : { lost: this.#lost }),
		};
	}

	#sendMedia(packet: MediaPacket): void {
		const index = this.#media.take();
		this.#history.add(index & 0xffff, packet);
		const header = this.#writeHeader(this.#media, index, packet);
		this.#memory.set(packet.payload, header);
		this.#transmit(header, header + packet.payload.length, index);
		this.#mediaPackets++;
		this.#payloadBytes += packet.payload.length;
	}

	/** RFC 4588, 4: the original number goes before the payload. */
	#resend(sequence: number): void {
		this.#nacks++;
		if (!this.#media.wasSent(sequence)) return;
		const packet = this.#history.get(sequence);
		if (packet === undefined || this.#resent === undefined) return this.#wantKeyframe();
		const interval = Math.max(RESEND_INTERVAL, this.#roundTrip ?? 0);
		if (!this.#history.mayResend(sequence, this.#options.now(), interval)) return;
		if (this.#options.sink.queuedBytes() > MAX_QUEUED_BYTES) return;
		const index = this.#resent.take();
		const header = this.#writeHeader(this.#resent, index, packet);
		this.#memory.writeUInt16BE(sequence, header);
		this.#memory.set(packet.payload, header + 2);
		this.#transmit(header, header + 2 + packet.payload.length, index);
		this.#retransmitted++;
	}

	#writeHeader(stream: RtpStream, index: number, packet: MediaPacket): number {
		this.#fields.payloadType = stream.payloadType;
		this.#fields.sequence = index & 0xffff;
		this.#fields.ssrc = stream.ssrc;
		this.#fields.transportSequence = this.#packets & 0xffff;
		return this.#header.write(this.#memory, packet, this.#fields);
	}

	#transmit(header: number, length: number, index: number): void {
		const size = this.#srtp.protect(this.#memory, header, length, index);
		if (this.#options.sink.send(this.#memory, size)) this.#memory = Buffer.allocUnsafeSlow(PACKET_MEMORY);
		this.#packets++;
		this.#bytes += size;
	}

	#wantKeyframe(): void {
		this.#keyframeRequests++;
		this.#options.requestKeyframe();
	}

	/** RFC 3550, 6.4.1, figure 2. */
	#takeReport(lost: number, lastSenderReport: number, delay: number): void {
		this.#header.receiverKnowsStream = true;
		this.#lost = lost;
		if (lastSenderReport === 0) return;
		const trip = (compactNtp(ntpTime(this.#options.now())) - lastSenderReport - delay) >>> 0;
		if (trip < 0x8000_0000) this.#roundTrip = (trip / 0x10000) * 1000;
	}
}
