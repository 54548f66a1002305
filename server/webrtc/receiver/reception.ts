import { compactNtp, ntpTime } from "../sender/media-clock.ts";
import type { ReceptionReport } from "./receiver-feedback.ts";

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
	add(index: number, timestamp: number, now: number): void {
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
	senderReported(middle: number, now: number): void {
		this.#lastReport = middle;
		this.#reportedAt = now;
	}

	report(now: number): ReceptionReport {
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
