import { HISTORY_SIZE, SentHistory } from "./history.ts";
import type { PacketOutlet } from "./packet-outlet.ts";
import type { MediaPacket } from "./packetize.ts";
import { ResendQueue } from "./resend-queue.ts";
import { RtpStream } from "./rtp-stream.ts";
import type { StreamTerms } from "./sender-pool.ts";

/** A packet is not sent again while its last copy may still be on the way; milliseconds, where no round trip is known. */
const RESEND_INTERVAL = 20;

/** Payloads that make a good probe, bytes: fewer packets for the same rate. */
const LARGE = 600;

/** The pictures' stream of one viewer, and the one that repeats packets of it. */
export class MediaStream {
	/** Milliseconds, from RTCP; absent until known. */
	roundTrip: number | undefined;
	readonly #outlet: PacketOutlet;
	readonly #media: RtpStream;
	readonly #repeats: RtpStream | undefined;
	readonly #history = new SentHistory();
	readonly #missed = new ResendQueue();
	#packets = 0;
	#payloadBytes = 0;
	#repeated = 0;
	#probed = 0;

	constructor(terms: StreamTerms, outlet: PacketOutlet) {
		this.#outlet = outlet;
		this.#media = new RtpStream(terms.payloadType, terms.ssrc);
		if (terms.retransmission !== undefined) {
			this.#repeats = new RtpStream(terms.retransmission.payloadType, terms.retransmission.ssrc);
		}
	}

	/** Packets and payload bytes without repeats. */
	get packets(): number {
		return this.#packets;
	}

	get payloadBytes(): number {
		return this.#payloadBytes;
	}

	/** Packets sent again because they were missed. */
	get repeated(): number {
		return this.#repeated;
	}

	get canRepeat(): boolean {
		return this.#repeats !== undefined;
	}

	/** Whether packets wait to be sent again. */
	get hasMissed(): boolean {
		return !this.#missed.isEmpty;
	}

	/** Sends the next packet; answers its bytes on the wire. */
	send(packet: MediaPacket, timestamp: number, now: number): number {
		const index = this.#media.take();
		this.#history.add(index & 0xffff, packet, timestamp);
		this.#packets++;
		this.#payloadBytes += packet.payload.length;
		return this.#outlet.send(this.#media, index, packet, timestamp, now);
	}

	/** The receiver misses a packet, which then waits to be sent again; whether it is too late for that. */
	miss(sequence: number, now: number): boolean {
		if (!this.#missed.mayMiss(now) || !this.#media.wasSent(sequence)) return false;
		if (this.#history.get(sequence) === undefined || this.#repeats === undefined) return true;
		const interval = Math.max(RESEND_INTERVAL, this.roundTrip ?? 0);
		if (this.#history.mayResend(sequence, now, interval)) this.#missed.add(sequence);
		return false;
	}

	/** Sends one that was missed again; its bytes on the wire, 0 when it is kept no longer. */
	sendMissed(now: number): number {
		const size = this.#sendAgain(this.#missed.take(), now);
		if (size > 0) this.#repeated++;
		return size;
	}

	/** Forgets what was missed. */
	forgetMissed(): void {
		this.#missed.clear();
	}

	/** Sends a packet of late once more, a large one where there is any; its bytes on the wire, 0 when there is none. */
	sendProbe(now: number): number {
		const newest = this.#media.last;
		let found: number | undefined;
		for (let back = 0; back < HISTORY_SIZE; back++) {
			const sequence = (newest - ((this.#probed + back) % HISTORY_SIZE)) & 0xffff;
			const packet = this.#history.get(sequence);
			if (packet === undefined) continue;
			found ??= sequence;
			if (packet.payload.length < LARGE) continue;
			this.#probed += back + 1;
			return this.#sendAgain(sequence, now);
		}
		return this.#sendAgain(found, now);
	}

	#sendAgain(sequence: number | undefined, now: number): number {
		const packet = sequence === undefined ? undefined : this.#history.get(sequence);
		if (sequence === undefined || packet === undefined || this.#repeats === undefined) return 0;
		const timestamp = this.#history.timestamp(sequence);
		return this.#outlet.sendAgain(this.#repeats, this.#repeats.take(), packet, timestamp, sequence, now);
	}
}
