import { PathDelay } from "./path-delay.ts";
import { ProbeResult } from "./probe-result.ts";
import type { TransportReport } from "./sender-pool.ts";
import { SentLog } from "./sent-log.ts";
import { checkTransportFeedback, readTransportFeedback } from "./transport-feedback.ts";

/** Remembers what was sent to one viewer and tells from its transport-wide feedback how it fared. */
export class TransportLog {
	readonly #sent = new SentLog();
	readonly #delay = new PathDelay();
	#probe: ProbeResult | undefined;
	#unusable = 0;

	/** Messages that were broken, or told of packets that were never sent or of a clock that leapt. */
	get unusable(): number {
		return this.#unusable + this.#delay.leaps;
	}

	/** Notes a packet, which has the next transport-wide number. */
	sent(size: number, time: number): void {
		this.#sent.add(size, time);
		this.#probe?.sent(size, time);
	}

	/** The next packet is the first of a probe of `rate` bits per second. */
	beginProbe(rate: number): void {
		this.#probe = new ProbeResult(rate, this.#sent.count);
	}

	/** The packet before was the last of the probe. */
	endProbe(): void {
		this.#probe?.finish(this.#sent.count - 1);
	}

	/** What a message that came at `now` tells; absent when it is broken or tells nothing new. */
	receive(message: Buffer, now: number): TransportReport | undefined {
		const head = checkTransportFeedback(message);
		const first = head && this.#sent.find(head.baseSequence);
		const last = head && this.#sent.find((head.baseSequence + head.count - 1) & 0xffff);
		if (head === undefined || last === undefined) {
			this.#unusable++;
			return undefined;
		}
		if (first !== undefined && first <= last) this.#sent.settleBefore(first);
		const reference = this.#delay.begin(head.reference, now);
		let received = 0;
		let receivedBytes = 0;
		let lost = 0;
		let least = Number.POSITIVE_INFINITY;
		let final = 0;
		readTransportFeedback(message, head, (sequence, arrival) => {
			const index = this.#sent.find(sequence);
			if (index === undefined) return;
			if (arrival === undefined) {
				if (this.#sent.lost(index)) lost++;
				return;
			}
			if (!this.#sent.received(index)) return;
			const size = this.#sent.size(index);
			received++;
			receivedBytes += size;
			this.#probe?.received(index, size, reference + arrival);
			final = reference + arrival - this.#sent.time(index);
			least = Math.min(least, final);
		});
		if (received + lost === 0) return undefined;
		if (received > 0) this.#delay.note(least, now);
		const queueDelay = { least: this.#delay.above(least, now), last: this.#delay.above(final, now) };
		const probed = this.#finishedProbe(last);
		return {
			time: now,
			received,
			receivedBytes,
			lost,
			...(received > 0 ? { queueDelay } : {}),
			lastSent: this.#sent.time(last),
			...(probed === undefined ? {} : { probed }),
			outstanding: this.#sent.outstanding,
		};
	}

	#finishedProbe(highest: number): number | undefined {
		const probe = this.#probe;
		if (probe === undefined || !probe.isOver(highest)) return undefined;
		this.#probe = undefined;
		return probe.arrivalRate;
	}
}
