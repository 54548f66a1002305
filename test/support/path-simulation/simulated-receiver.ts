import { SrtcpSession, SrtpSession } from "werift";
import type { Clock } from "../../../server/devices/clock.ts";
import { LOCAL_KEYS, REMOTE_KEYS, RESENT_SSRC, SSRC } from "../sender-lab.ts";
import { writeTransportFeedback } from "../transport-feedback.ts";

/** As Chromium does: feedback so often (ms), another NACK after so long (ms), at most so many. */
const FEEDBACK_INTERVAL = 50;
const NACK_INTERVAL = 20;
const NACK_TRIES = 10;
/** A frame that cannot be shown for so long makes it ask for a keyframe. */
const PATIENCE = 3000;

export interface ReceiverOptions {
	readonly clock: Clock;
	/** Sends RTCP back. */
	readonly send: (packet: Buffer) => void;
	/** A frame can be shown; its RTP timestamp. */
	readonly shown: (timestamp: number) => void;
	readonly isKeyframe: (timestamp: number) => boolean;
	readonly transportFeedback: boolean;
	/** The receiver's clock against the sender's: offset (ms) and how much faster it runs. */
	readonly clockOffset: number;
	readonly clockSkew: number;
}

/** A browser's receiving side, as far as a sender can tell: feedback, NACK, retransmissions, whole frames in order. */
export class SimulatedReceiver {
	readonly #options: ReceiverOptions;
	readonly #keys = {
		localMasterKey: REMOTE_KEYS.key,
		localMasterSalt: REMOTE_KEYS.salt,
		remoteMasterKey: LOCAL_KEYS.key,
		remoteMasterSalt: LOCAL_KEYS.salt,
	};
	readonly #srtp = new SrtpSession({ profile: 7, keys: this.#keys });
	readonly #srtcp = new SrtcpSession({ profile: 7, keys: this.#keys });
	readonly #arrivals = new Map<number, number>();
	#transportBase: number | undefined;
	#transportHighest = -1;
	/** Packets that wait to be shown: timestamp and whether the last of a frame. */
	readonly #waiting = new Map<number, { timestamp: number; last: boolean }>();
	readonly #missing = new Map<number, { at: number; tries: number }>();
	#next: number | undefined;
	#highest = -1;
	#shownAt: number;
	#lastReport: { id: number; at: number } | undefined;
	#received = 0;
	#expectedBefore = 0;
	#receivedBefore = 0;

	constructor(options: ReceiverOptions) {
		this.#options = options;
		this.#shownAt = options.clock.now();
		this.#every(FEEDBACK_INTERVAL, () => this.#giveTransportFeedback());
		this.#every(NACK_INTERVAL, () => this.#giveNacks());
		this.#every(1000, () => this.#giveReport());
	}

	receive(packet: Buffer): void {
		const type = packet.readUInt8(1);
		if (type >= 192 && type <= 223) {
			const plain = this.#srtcp.decrypt(packet);
			this.#lastReport = { id: plain.readUInt32BE(10), at: this.#options.clock.now() };
			return;
		}
		this.#noteTransport(packet);
		if (packet.readUInt32BE(8) === SSRC) {
			this.#received++;
			this.#take(packet.readUInt16BE(2), packet.readUInt32BE(4), type >= 128);
		} else if (packet.readUInt32BE(8) === RESENT_SSRC) {
			const plain = this.#srtp.decrypt(packet);
			const header = 16 + 4 * packet.readUInt16BE(14);
			this.#take(plain.readUInt16BE(header), packet.readUInt32BE(4), type >= 128);
		}
	}

	#noteTransport(packet: Buffer): void {
		const sequence = unwrap(packet.readUInt16BE(17), this.#transportHighest);
		const { clock, clockOffset, clockSkew } = this.#options;
		if (this.#arrivals.has(sequence)) return;
		this.#arrivals.set(sequence, clock.now() * (1 + clockSkew) + clockOffset);
		this.#transportHighest = Math.max(this.#transportHighest, sequence);
		// A late packet is told of together with what was told of already.
		this.#transportBase = Math.min(this.#transportBase ?? sequence, sequence);
		this.#arrivals.delete(sequence - 2000);
	}

	#giveTransportFeedback(): void {
		if (this.#transportBase === undefined || !this.#options.transportFeedback) return;
		const base = Math.max(this.#transportBase, this.#transportHighest - 1999);
		const at: (number | undefined)[] = [];
		for (let n = base; n <= this.#transportHighest; n++) at.push(this.#arrivals.get(n));
		const reference = Math.floor((at.find((arrival) => arrival !== undefined) ?? 0) / 64);
		const message = writeTransportFeedback(
			base & 0xffff,
			reference,
			at.map((arrival) => (arrival === undefined ? undefined : arrival - reference * 64)),
		);
		this.#transportBase = undefined;
		this.#send(message);
	}

	#take(number: number, timestamp: number, last: boolean): void {
		const sequence = unwrap(number, this.#highest);
		this.#next ??= sequence;
		if (sequence < this.#next) return;
		for (let n = Math.max(this.#highest + 1, this.#next); n < sequence; n++) {
			this.#missing.set(n, { at: Number.NEGATIVE_INFINITY, tries: 0 });
		}
		this.#highest = Math.max(this.#highest, sequence);
		this.#missing.delete(sequence);
		this.#waiting.set(sequence, { timestamp, last });
		this.#show();
	}

	/** Shows whole frames in order, and goes on at a whole keyframe where something never came. */
	#show(): void {
		for (let from = this.#next ?? 0; ; from = this.#next ?? 0) {
			let end = this.#endOfFrame(from);
			if (end === undefined) end = this.#wholeKeyframe(from);
			if (end === undefined) return;
			const { timestamp } = this.#waiting.get(end) ?? { timestamp: 0 };
			for (const n of this.#waiting.keys()) if (n <= end) this.#waiting.delete(n);
			for (const n of this.#missing.keys()) if (n <= end) this.#missing.delete(n);
			this.#next = end + 1;
			this.#shownAt = this.#options.clock.now();
			this.#options.shown(timestamp);
		}
	}

	#endOfFrame(from: number): number | undefined {
		for (let n = from; ; n++) {
			const packet = this.#waiting.get(n);
			if (packet === undefined) return undefined;
			if (packet.last) return n;
		}
	}

	#wholeKeyframe(from: number): number | undefined {
		if (this.#missing.size === 0) return undefined;
		for (const [n, { timestamp }] of this.#waiting) {
			if (n <= from || !this.#options.isKeyframe(timestamp)) continue;
			const before = this.#waiting.get(n - 1);
			if (before !== undefined && before.timestamp !== timestamp) {
				const end = this.#endOfFrame(n);
				if (end !== undefined) return end;
			}
		}
		return undefined;
	}

	#giveNacks(): void {
		const now = this.#options.clock.now();
		const wanted: number[] = [];
		for (const [n, state] of this.#missing) {
			if (now - state.at < 2 * NACK_INTERVAL || state.tries >= NACK_TRIES) continue;
			state.at = now;
			state.tries++;
			wanted.push(n & 0xffff);
		}
		for (let at = 0; at < wanted.length; at += 100) this.#send(nack(wanted.slice(at, at + 100)));
		if (now - this.#shownAt < PATIENCE || this.#waiting.size === 0) return;
		this.#shownAt = now;
		const pli = Buffer.from("81ce00020000000100000000", "hex");
		pli.writeUInt32BE(SSRC, 8);
		this.#send(pli);
	}

	#giveReport(): void {
		const expected = this.#highest + 1;
		const lost = expected - this.#expectedBefore - (this.#received - this.#receivedBefore);
		const report = Buffer.alloc(32);
		report.set([0x81, 201, 0, 7]);
		report.writeUInt32BE(1, 4);
		report.writeUInt32BE(SSRC, 8);
		report[12] = Math.max(0, Math.min(255, (256 * lost) / Math.max(1, expected - this.#expectedBefore)));
		report.writeUInt32BE(this.#lastReport?.id ?? 0, 24);
		const since = this.#options.clock.now() - (this.#lastReport?.at ?? 0);
		report.writeUInt32BE(this.#lastReport === undefined ? 0 : Math.round(since * 65.536), 28);
		this.#expectedBefore = expected;
		this.#receivedBefore = this.#received;
		this.#send(report);
	}

	#send(packet: Buffer): void {
		this.#options.send(this.#srtcp.encrypt(packet));
	}

	#every(interval: number, work: () => void): void {
		this.#options.clock.after(interval, () => {
			work();
			this.#every(interval, work);
		});
	}
}

function unwrap(number: number, near: number): number {
	if (near < 0) return number;
	return near + ((((number - near) & 0xffff) ^ 0x8000) - 0x8000);
}

function nack(sequences: readonly number[]): Buffer {
	const packet = Buffer.alloc(12 + 4 * sequences.length);
	packet.set([0x81, 205]);
	packet.writeUInt16BE(packet.length / 4 - 1, 2);
	packet.writeUInt32BE(1, 4);
	packet.writeUInt32BE(SSRC, 8);
	for (const [i, sequence] of sequences.entries()) packet.writeUInt16BE(sequence, 12 + 4 * i);
	return packet;
}
