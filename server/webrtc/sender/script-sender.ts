import { FeedSwitch } from "./feed-switch.ts";
import { type FeedbackEvents, readFeedback } from "./feedback.ts";
import { KeyframeHold } from "./keyframe-hold.ts";
import { compactNtp, ntpTime } from "./media-clock.ts";
import { MediaStream } from "./media-stream.ts";
import type { PaceClock, Waiting } from "./pace-clock.ts";
import { PacketOutlet } from "./packet-outlet.ts";
import type { MediaUnit } from "./packetize.ts";
import { PictureQueue } from "./picture-queue.ts";
import { ProbeRun } from "./probe-run.ts";
import { RtcpChannel } from "./rtcp-channel.ts";
import type { FeedFollower, ScriptFeed } from "./script-feed.ts";
import type { Feed, Pace, Sender, SenderOptions, SenderPath, SenderStats } from "./sender-pool.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Bytes that may wait in a connection: about half a second at 4 Mbit/s. Beyond it pictures are skipped. */
export const MAX_QUEUED_BYTES = 256 * 1024;

/** The RTP send path of one viewer in JavaScript. */
export class ScriptSender implements Sender, FeedFollower, Waiting {
	readonly #options: SenderOptions;
	readonly #clock: PaceClock;
	readonly #closed: () => void;
	readonly #outlet: PacketOutlet;
	readonly #stream: MediaStream;
	readonly #rtcp: RtcpChannel;
	readonly #feedback: FeedbackEvents;
	readonly #feeds = new FeedSwitch(this);
	readonly #queue = new PictureQueue();
	readonly #hold = new KeyframeHold();
	readonly #bucket: TokenBucket;
	#probe: ProbeRun | undefined;
	#awaitsKeyframe = true;
	/** A keyframe is needed and was not asked for yet. */
	#owesRequest = false;
	#timestamp: number | undefined;
	#nacks = 0;
	#keyframeRequests = 0;
	#skipped = 0;
	#lost: number | undefined;
	#receiverLimit: number | undefined;
	#reportsTransport = false;

	constructor(options: SenderOptions, clock: PaceClock, closed: () => void) {
		const { terms, keys } = options;
		this.#options = options;
		this.#clock = clock;
		this.#closed = closed;
		this.#bucket = new TokenBucket(options.pace, clock.now());
		this.#outlet = new PacketOutlet(terms, keys.local);
		this.#stream = new MediaStream(terms, this.#outlet);
		this.#rtcp = new RtcpChannel(terms, keys);
		this.#feedback = {
			keyframeWanted: () => this.#wantKeyframe(),
			missing: (sequence) => this.#miss(sequence),
			report: (lost, last, delay) => this.#takeReport(lost, last, delay),
			transport: (message) => this.#takeTransport(message),
			limit: (rate) => {
				if (!this.#reportsTransport) this.#receiverLimit = rate;
			},
		};
	}

	follow(feed: Feed | undefined): void {
		if (this.#feeds.follow(feed as ScriptFeed | undefined)) this.#options.events.keyframeNeeded();
		if (this.#feeds.isOn) return;
		this.#skipped += this.#queue.dropRest();
		this.#awaitsKeyframe = true;
		this.#owesRequest = false;
	}

	setPath(path: SenderPath | undefined): void {
		this.#outlet.path = path;
	}

	setPace(pace: Pace): void {
		this.#bucket.setPace(pace, this.#clock.now());
	}

	probe(rate: number, bytes: number): void {
		if (this.#probe !== undefined || this.#outlet.log === undefined || !this.#stream.canRepeat) return;
		if (!(rate > 0 && bytes > 0) || this.#stream.packets === 0) return;
		const now = this.#clock.now();
		this.#probe = new ProbeRun(rate, bytes, now);
		this.#outlet.log.beginProbe(rate);
		this.#pumpOrWait(now);
	}

	picture(unit: MediaUnit, feed: ScriptFeed): void {
		const now = this.#clock.now();
		this.#bucket.refill(now);
		const carried = this.#carries(unit);
		if (!this.#feeds.isCurrent(feed)) {
			if (!carried || !this.#feeds.takesOver(feed, unit.keyframe)) {
				if (!this.#feeds.isOn) this.#skipped++;
				return this.#request(now);
			}
			this.#options.events.followed();
		} else if (this.#awaitsKeyframe && !unit.keyframe) {
			this.#skipped++;
			return this.#request(now);
		}
		if (unit.keyframe || !carried) this.#skipped += this.#queue.dropRest();
		if (!carried || !this.#queue.add(unit, this.#nextTimestamp(unit.rtpTimestamp))) {
			this.#skipped++;
			this.#awaitsKeyframe = true;
			return this.#request(now);
		}
		this.#awaitsKeyframe = false;
		if (unit.keyframe) {
			this.#hold.served(now);
			if (!this.#feeds.isWaiting) this.#owesRequest = false;
		}
		this.#pumpOrWait(now);
	}

	pump(now: number): boolean {
		this.#bucket.refill(now);
		if (!this.#isClogged()) {
			const isFirst = this.#stream.packets === 0;
			while (this.#bucket.isOpen && this.#sendNext(now));
			// Without it the viewer cannot tell our clock, and so no latency, for a second.
			if (isFirst) this.report();
			this.#sendProbe(now);
			if (this.#owesRequest) this.#request(now);
		}
		return this.#stream.hasMissed || !this.#queue.isEmpty || this.#probe !== undefined || this.#owesRequest;
	}

	receive(packet: Buffer): boolean {
		const plain = this.#rtcp.open(packet);
		if (plain === undefined) return false;
		this.#options.events.heard();
		readFeedback(plain, this.#options.terms.ssrc, this.#feedback);
		if (this.#stream.hasMissed) this.#pumpOrWait(this.#clock.now());
		return true;
	}

	report(): void {
		const { packets, payloadBytes } = this.#stream;
		if (packets === 0) return;
		const packet = this.#rtcp.report(packets, payloadBytes, this.#clock.now());
		this.#outlet.path?.send(packet, packet.length);
	}

	stats(): SenderStats {
		const { roundTrip } = this.#stream;
		return {
			packets: this.#outlet.packets,
			bytes: this.#outlet.bytes,
			retransmitted: this.#stream.repeated,
			nacks: this.#nacks,
			keyframeRequests: this.#keyframeRequests,
			skipped: this.#skipped,
			...(roundTrip === undefined ? {} : { roundTrip }),
			...(this.#lost === undefined ? {} : { lost: this.#lost }),
			...(this.#receiverLimit === undefined ? {} : { receiverLimit: this.#receiverLimit }),
		};
	}

	close(): void {
		this.follow(undefined);
		this.#probe = undefined;
		this.#stream.forgetMissed();
		this.#outlet.path = undefined;
		this.#clock.remove(this);
		this.#closed();
	}

	/** What was missed goes before what is new; whether there was anything. */
	#sendNext(now: number): boolean {
		if (this.#stream.hasMissed) {
			this.#bucket.take(this.#stream.sendMissed(now));
			return true;
		}
		const { timestamp } = this.#queue;
		const packet = this.#queue.take();
		if (packet === undefined) return false;
		this.#bucket.take(this.#stream.send(packet, timestamp, now));
		return true;
	}

	#sendProbe(now: number): void {
		const probe = this.#probe;
		if (probe === undefined) return;
		while (probe.isDue(now)) probe.sent(Math.max(1, this.#stream.sendProbe(now)));
		if (!probe.isOver) return;
		this.#outlet.log?.endProbe();
		this.#probe = undefined;
	}

	#pumpOrWait(now: number): void {
		if (this.pump(now)) this.#clock.add(this);
	}

	#isClogged(): boolean {
		return (this.#outlet.path?.queuedBytes() ?? 0) > MAX_QUEUED_BYTES;
	}

	/** Whether a picture would be out in time. A keyframe waits only for the picture that was begun. */
	#carries(unit: MediaUnit): boolean {
		const before = unit.keyframe ? this.#queue.begunBytes : this.#queue.bytes;
		return this.#bucket.waitBehind(before) <= this.#bucket.longestWait && !this.#isClogged();
	}

	/** Two renditions may show the same moment; a receiver takes pictures of one timestamp for one picture. */
	#nextTimestamp(wanted: number): number {
		const last = this.#timestamp ?? wanted - 1;
		const ahead = (wanted - last) >>> 0;
		const timestamp = ahead > 0 && ahead < 0x8000_0000 ? wanted : (last + 1) >>> 0;
		this.#timestamp = timestamp;
		return timestamp;
	}

	#miss(sequence: number): void {
		this.#nacks++;
		if (this.#stream.miss(sequence, this.#clock.now())) this.#wantKeyframe();
	}

	#wantKeyframe(): void {
		this.#keyframeRequests++;
		if (!this.#feeds.isOff) this.#request(this.#clock.now());
	}

	/** Asks for a keyframe as soon as it can be carried. */
	#request(now: number): void {
		const free = this.#queue.isEmpty && !this.#isClogged();
		this.#owesRequest = !(free && this.#hold.mayAsk(now));
		if (this.#owesRequest) this.#clock.add(this);
		else this.#options.events.keyframeNeeded();
	}

	#takeTransport(message: Buffer): void {
		const report = this.#outlet.log?.receive(message, this.#clock.now());
		if (report === undefined) return;
		this.#reportsTransport = true;
		this.#receiverLimit = undefined;
		this.#options.events.feedback(report);
	}

	/** RFC 3550, 6.4.1, figure 2. */
	#takeReport(lost: number, lastSenderReport: number, delay: number): void {
		this.#outlet.receiverKnowsStream();
		this.#lost = lost;
		if (lastSenderReport === 0) return;
		const trip = (compactNtp(ntpTime(this.#clock.now())) - lastSenderReport - delay) >>> 0;
		if (trip < 0x8000_0000) this.#stream.roundTrip = (trip / 0x10000) * 1000;
	}
}
