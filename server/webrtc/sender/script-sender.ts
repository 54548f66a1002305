import type { Clock } from "../../devices/clock.ts";
import { type FeedbackEvents, readFeedback } from "./feedback.ts";
import { SentHistory } from "./history.ts";
import { compactNtp, ntpTime } from "./media-clock.ts";
import { PacketOutlet } from "./packet-outlet.ts";
import type { MediaUnit } from "./packetize.ts";
import { RtpStream } from "./rtp-stream.ts";
import type { FeedFollower, ScriptFeed } from "./script-feed.ts";
import type { Feed, Pace, Sender, SenderOptions, SenderPath, SenderStats } from "./sender-pool.ts";
import { writeSenderReport } from "./sender-report.ts";
import { createSrtcpContext, type SrtcpContext } from "./srtcp.ts";
import { deriveSessionKeys } from "./srtp-keys.ts";

/** Bytes that may wait in a connection: about half a second at 4 Mbit/s. Beyond it pictures are skipped. */
export const MAX_QUEUED_BYTES = 256 * 1024;

/** A packet is not sent again while its last copy may still be on the way; milliseconds, where no round trip is known. */
const RESEND_INTERVAL = 20;

/** The RTP send path of one viewer in JavaScript. */
export class ScriptSender implements Sender, FeedFollower {
	readonly #options: SenderOptions;
	readonly #clock: Clock;
	readonly #closed: () => void;
	readonly #outlet: PacketOutlet;
	readonly #outgoing: SrtcpContext;
	readonly #incoming: SrtcpContext;
	readonly #media: RtpStream;
	readonly #resent: RtpStream | undefined;
	readonly #history = new SentHistory();
	readonly #feedback: FeedbackEvents;
	/** The feed whose pictures are sent, and the one whose keyframe is waited for. */
	#feed: ScriptFeed | undefined;
	#next: ScriptFeed | undefined;
	#awaitsKeyframe = true;
	#timestamp: number | undefined;
	#payloadBytes = 0;
	#mediaPackets = 0;
	#retransmitted = 0;
	#nacks = 0;
	#keyframeRequests = 0;
	#skipped = 0;
	#roundTrip: number | undefined;
	#lost: number | undefined;

	constructor(options: SenderOptions, clock: Clock, closed: () => void) {
		const { terms, keys } = options;
		this.#options = options;
		this.#clock = clock;
		this.#closed = closed;
		this.#outlet = new PacketOutlet(terms, keys.local);
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
	}

	follow(feed: Feed | undefined): void {
		const wanted = feed as ScriptFeed | undefined;
		if (this.#next !== wanted) this.#next?.remove(this);
		this.#next = undefined;
		if (wanted === undefined) {
			this.#feed?.remove(this);
			this.#feed = undefined;
		} else if (wanted !== this.#feed) {
			this.#next = wanted;
			wanted.add(this);
			this.#options.events.keyframeNeeded();
		}
	}

	setPath(path: SenderPath | undefined): void {
		this.#outlet.path = path;
	}

	setPace(_pace: Pace): void {}

	probe(_rate: number, _bytes: number): void {}

	/** Sends an access unit, unless the viewer must wait for a keyframe or its connection is too slow for it. */
	picture(unit: MediaUnit, feed: ScriptFeed): void {
		if (feed === this.#next) {
			if (!unit.keyframe) {
				this.#options.events.keyframeNeeded();
				if (this.#feed === undefined) this.#skipped++;
				return;
			}
			this.#feed?.remove(this);
			this.#feed = feed;
			this.#next = undefined;
			this.#awaitsKeyframe = true;
			this.#options.events.followed();
		}
		if ((this.#outlet.path?.queuedBytes() ?? 0) > MAX_QUEUED_BYTES) {
			this.#awaitsKeyframe = true;
			this.#skipped++;
			return;
		}
		if (this.#awaitsKeyframe && !unit.keyframe) {
			this.#skipped++;
			this.#options.events.keyframeNeeded();
			return;
		}
		this.#awaitsKeyframe = false;
		this.#send(unit);
	}

	receive(packet: Buffer): boolean {
		const plain = this.#incoming.open(packet);
		if (plain === undefined) return false;
		this.#options.events.heard();
		readFeedback(plain, this.#media.ssrc, this.#feedback);
		return true;
	}

	report(): void {
		if (this.#mediaPackets === 0) return;
		const { ssrc, cname, clockOrigin } = this.#options.terms;
		const state = { ssrc, cname, clockOrigin, packets: this.#mediaPackets, payloadBytes: this.#payloadBytes };
		const packet = this.#outgoing.protect(writeSenderReport(state, this.#clock.now()));
		this.#outlet.path?.send(packet, packet.length);
	}

	stats(): SenderStats {
		return {
			packets: this.#outlet.packets,
			bytes: this.#outlet.bytes,
			retransmitted: this.#retransmitted,
			nacks: this.#nacks,
			keyframeRequests: this.#keyframeRequests,
			skipped: this.#skipped,
			...(this.#roundTrip === undefined ? {} : { roundTrip: this.#roundTrip }),
			...(this.#lost === undefined ? {} : { lost: this.#lost }),
		};
	}

	close(): void {
		this.follow(undefined);
		this.setPath(undefined);
		this.#closed();
	}

	#send(unit: MediaUnit): void {
		const isFirst = this.#mediaPackets === 0;
		const timestamp = this.#nextTimestamp(unit.rtpTimestamp);
		for (const packet of unit.packets) {
			const index = this.#media.take();
			this.#history.add(index & 0xffff, packet, timestamp);
			this.#outlet.send(this.#media, index, packet, timestamp);
			this.#mediaPackets++;
			this.#payloadBytes += packet.payload.length;
		}
		// Without it the viewer cannot tell our clock, and so no latency, for a second.
		if (isFirst) this.report();
	}

	/** Two renditions may show the same moment; a receiver takes pictures of one timestamp for one picture. */
	#nextTimestamp(wanted: number): number {
		const last = this.#timestamp ?? wanted - 1;
		const ahead = (wanted - last) >>> 0;
		const timestamp = ahead > 0 && ahead < 0x8000_0000 ? wanted : (last + 1) >>> 0;
		this.#timestamp = timestamp;
		return timestamp;
	}

	#resend(sequence: number): void {
		this.#nacks++;
		if (!this.#media.wasSent(sequence)) return;
		const packet = this.#history.get(sequence);
		if (packet === undefined || this.#resent === undefined) return this.#wantKeyframe();
		const interval = Math.max(RESEND_INTERVAL, this.#roundTrip ?? 0);
		if (!this.#history.mayResend(sequence, this.#clock.now(), interval)) return;
		if ((this.#outlet.path?.queuedBytes() ?? 0) > MAX_QUEUED_BYTES) return;
		const timestamp = this.#history.timestamp(sequence);
		this.#outlet.sendAgain(this.#resent, this.#resent.take(), packet, timestamp, sequence);
		this.#retransmitted++;
	}

	#wantKeyframe(): void {
		this.#keyframeRequests++;
		this.#options.events.keyframeNeeded();
	}

	/** RFC 3550, 6.4.1, figure 2. */
	#takeReport(lost: number, lastSenderReport: number, delay: number): void {
		this.#outlet.receiverKnowsStream();
		this.#lost = lost;
		if (lastSenderReport === 0) return;
		const trip = (compactNtp(ntpTime(this.#clock.now())) - lastSenderReport - delay) >>> 0;
		if (trip < 0x8000_0000) this.#roundTrip = (trip / 0x10000) * 1000;
	}
}
