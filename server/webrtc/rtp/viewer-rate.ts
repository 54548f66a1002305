import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import { ArrivalRate } from "./arrival-rate.ts";
import { type ProbeOrder, ProbePlan } from "./probe-plan.ts";
import type { Pace, SenderStats } from "./rtp-parameters.ts";
import type { TransportReport } from "./sender.ts";

/** Bits per second: assumed at first, and never left. */
export const START_RATE = 4e6;
export const MIN_RATE = 30e3;
export const MAX_RATE = 100e6;

/** Queueing delay, milliseconds: above it send less, below it send more. */
const HIGH = 40;
const LOW = 15;

/** Share of the capacity to go down to, at the high mark and at least. */
const DOWN = 0.85;
const FAR_DOWN = 0.5;

/** Share of the estimate that one step leaves at least. */
const MAX_DOWN = 0.2;

/** Growth in a second, far from a capacity that was met and near it. */
const GROWTH = 0.5;
const NEAR_GROWTH = 0.1;

/** A capacity that was met is forgotten after this, milliseconds. */
const MEMORY = 30_000;

/** An estimate that is used less than this is not raised: nothing shows that it could be. */
const USED = 0.6;

/** Reports that it takes to know a path. */
const ENOUGH_REPORTS = 5;

/** No report for so long while packets go out: the path is down, milliseconds. */
const SILENCE = 800;

/** A frame that would wait longer is skipped, milliseconds. */
const LONGEST_WAIT = 250;

/** Until something is known the first keyframe goes out at once. */
export const START_PACE: Pace = { rate: 40e6, burst: 64 * 1024, longestWait: LONGEST_WAIT };

/**
 * What the path to one viewer can carry. Pure: reports and the time go in, figures come out.
 *
 * The signal is the queueing delay that transport-wide feedback shows: one-way delay above the least of ten seconds, as
 * in LEDBAT (RFC 6817, 3.4) and SCReAM (RFC 8298, 4.1), rather than its gradient as in GCC
 * (draft-ietf-rmcat-gcc-02, 5). The least delay within a report is taken, so that the burst of a frame is no
 * congestion. As in GCC the rate falls to a share of what arrived, and grows fast far from the capacity last met and
 * slowly near it (there 5.5).
 *
 * Ours: what arrived counts only from reports between which the path was never idle, so that a quiet screen is not taken
 * for a slow path; the deeper the queue, the lower the share (0.85 at 40 ms, 0.5 at 180 ms), and then a pause until the
 * queue can have drained; loss counts only where it is much and lasts (`LossWatch`), so neither radio nor a blackout
 * lowers the rate; an estimate that is not used is raised by probes alone (`ProbePlan`). A path that falls silent keeps
 * its estimate and is only paced lower. Receivers without transport-wide feedback: `BlindRate`.
 */
export class ViewerRate {
	readonly #arrivals: ArrivalRate;
	readonly #loss = new LossWatch();
	readonly #probes = new ProbePlan();
	readonly #blind = new BlindRate();
	#estimate = START_RATE;
	#wanted = START_RATE;
	#queueDelay = 0;
	#reports = 0;
	#reportedAt: MonotonicTime;
	#pausedUntil = Number.NEGATIVE_INFINITY;
	/** Where to go back to when the queue is gone. */
	#drained = 0;
	#capacity: { rate: number; at: number } | undefined;
	#packets = 0;
	#silent = false;
	#pace = START_PACE;

	constructor(now: MonotonicTime) {
		this.#arrivals = new ArrivalRate(now);
		this.#reportedAt = now;
	}

	/** Bits per second on the wire, without UDP and IP headers. */
	get estimate(): number {
		return this.#estimate;
	}

	/** The estimate once a queue that is being drained is gone. */
	get sustained(): number {
		return Math.max(this.#estimate, this.#drained);
	}

	/** Whether the estimate comes from the path, not from an assumption. */
	get isMeasured(): boolean {
		return this.#reports >= ENOUGH_REPORTS || this.#blind.isMeasured;
	}

	/** Delay that queues add now, milliseconds. */
	get queueDelay(): number {
		return this.#queueDelay;
	}

	/** The path is too full now, or silent. */
	get isCongested(): boolean {
		return this.#silent || this.#queueDelay > HIGH || this.#loss.isMuch;
	}

	/** The same object until it changes. */
	get pace(): Pace {
		return this.#pace;
	}

	/** What would be sent if the path carried it, bits per second: probes go no further than a third above it. */
	setWanted(rate: number): void {
		this.#wanted = rate;
	}

	report(report: TransportReport): void {
		const { time, received, receivedBytes, lost, lastSent, queueDelay, probed } = report;
		const elapsed = Math.min(Math.max(time - this.#reportedAt, 0), 200);
		this.#reports++;
		this.#reportedAt = time;
		this.#silent = false;
		this.#loss.note(received, lost, lastSent);
		if (queueDelay !== undefined) {
			this.#queueDelay = queueDelay.least;
			this.#arrivals.note(receivedBytes, queueDelay, time);
		}
		if (probed !== undefined) this.#takeProbe(probed, queueDelay?.last ?? 0, time);
		if (this.#capacity !== undefined && time - this.#capacity.at > MEMORY) this.#capacity = undefined;
		if (time >= this.#pausedUntil && !this.#fall(time)) this.#grow(elapsed);
		this.#setPace();
	}

	/** To be called a few times a second, with the sender's counters. */
	poll(stats: SenderStats, now: MonotonicTime): void {
		const isSending = stats.packets - this.#packets > 10;
		if (this.#reports === 0) {
			this.#estimate = bounded(this.#blind.poll(stats, this.#estimate, this.#wanted, now));
			this.#queueDelay = this.#blind.queueDelay;
		} else if (now - this.#reportedAt > SILENCE) {
			this.#silent ||= isSending;
		} else {
			this.#packets = stats.packets;
		}
		this.#setPace();
	}

	/** A probe that should be sent now, if any; it counts as sent. */
	nextProbe(now: MonotonicTime): ProbeOrder | undefined {
		const quiet = this.#queueDelay < LOW && !this.#loss.isSome && !this.isCongested;
		if (this.#reports === 0 || !quiet || now < this.#pausedUntil) return undefined;
		if (now - this.#reportedAt > SILENCE) return undefined;
		return this.#probes.order(this.#estimate, Math.min(1.1 * this.#wanted, MAX_RATE), now);
	}

	#takeProbe(rate: number, delay: number, now: MonotonicTime): void {
		const wasMet = this.#capacity !== undefined;
		if (delay > (wasMet ? LOW / 2 : HIGH)) {
			this.#probes.failed(now);
		} else if (this.#probes.arrived(rate, now)) {
			// Where a limit was met before, one burst that passed is not enough.
			if (wasMet && this.#probes.inRow < 2) return;
			this.#capacity = undefined;
			this.#estimate = bounded(Math.max(this.#estimate, 0.9 * rate));
			return;
		}
		if (rate < this.#estimate || (!wasMet && DOWN * rate > this.#estimate)) {
			this.#estimate = bounded(Math.min(1.25 * this.#estimate, DOWN * rate));
		}
	}

	/** Whether the rate had to go down. */
	#fall(now: MonotonicTime): boolean {
		const { capacity } = this.#arrivals;
		let target = Number.POSITIVE_INFINITY;
		if (this.#queueDelay > HIGH && capacity !== undefined) {
			target = capacity * Math.max(FAR_DOWN, DOWN - (this.#queueDelay - HIGH) / 400);
			this.#capacity = { rate: capacity, at: now };
			this.#drained = Math.min(DOWN * capacity, this.sustained);
		}
		if (this.#loss.isMuch) {
			const used = Math.min(this.#estimate, 2 * this.#arrivals.rate);
			target = Math.min(target, used * (1 - this.#loss.fraction / 2));
			this.#drained = 0;
		}
		if (target === Number.POSITIVE_INFINITY) return false;
		if (target < this.#estimate) this.#probes.fell(now);
		const min = MAX_DOWN * this.#estimate;
		this.#estimate = bounded(Math.min(this.#estimate, Math.max(target, min)));
		this.#pausedUntil = now + (target < min ? 50 : 150 + Math.min(this.#queueDelay, 500));
		return true;
	}

	#grow(elapsed: number): void {
		if (this.#queueDelay > LOW || this.#loss.isSome) return;
		this.#estimate = Math.max(this.#estimate, this.#drained);
		this.#drained = 0;
		if (this.#arrivals.rate < USED * this.#estimate || this.#estimate > 1.5 * this.#wanted) return;
		const { rate: met } = this.#capacity ?? { rate: 0 };
		const isNear = this.#estimate > 0.8 * met && this.#estimate < 1.2 * met;
		// More than ever came through, and no queue: that limit is gone.
		if (met > 0 && this.#arrivals.rate > met) this.#capacity = undefined;
		this.#estimate = bounded(this.#estimate * (1 + ((isNear ? NEAR_GROWTH : GROWTH) * elapsed) / 1000));
	}

	/** A path that never showed its limit gets frames at once; another one gets them a little faster than it drains. */
	#setPace(): void {
		let pace = START_PACE;
		if (this.#capacity !== undefined || this.isCongested) {
			const factor = this.#silent || this.#queueDelay > 10 * HIGH ? 0.3 : this.isCongested ? 1.1 : 1.5;
			pace = {
				rate: factor * this.#estimate,
				burst: Math.max(3600, this.#estimate / 700),
				longestWait: LONGEST_WAIT,
			};
		} else if (this.isMeasured) {
			pace = {
				rate: Math.max(3 * this.#estimate, 2e6),
				burst: Math.min(Math.max(this.#estimate / 130, 8000), START_PACE.burst),
				longestWait: LONGEST_WAIT,
			};
		}
		const before = this.#pace;
		const isLike = Math.abs(pace.rate - before.rate) < 0.02 * before.rate && pace.burst < 1.5 * before.burst;
		if (!isLike || pace.burst < before.burst / 1.5) this.#pace = pace;
	}
}

function bounded(rate: number): number {
	return Math.min(Math.max(rate, MIN_RATE), MAX_RATE);
}

/** Packets that a judgement needs. */
const ENOUGH_PACKETS = 20;

/** More lost than this, lasting so long (milliseconds of sending), means that the path is too full. */
const MUCH_LOSS = 0.1;
const LASTING_LOSS = 600;

/** More lost than this and one should not send more. */
const SOME_LOSS = 0.05;

/**
 * Judges loss. What radio loses at random (2 % and more) says nothing about capacity, and a blackout loses everything
 * for some hundred milliseconds: only much loss over a longer time counts.
 */
export class LossWatch {
	/** Fraction lost in the last judgement. */
	fraction = 0;
	#received = 0;
	#lost = 0;
	/** When the first packets of a time of much loss were sent. */
	#since: number | undefined;
	#lasts = false;

	/** `sentAt`: when the newest of these packets was sent, milliseconds. */
	note(received: number, lost: number, sentAt: MonotonicTime): void {
		this.#received += received;
		this.#lost += lost;
		if (this.#received + this.#lost < ENOUGH_PACKETS) return;
		this.fraction = this.#lost / (this.#received + this.#lost);
		this.#received = 0;
		this.#lost = 0;
		if (this.fraction <= MUCH_LOSS) this.#since = undefined;
		else this.#since ??= sentAt;
		this.#lasts = this.#since !== undefined && sentAt - this.#since >= LASTING_LOSS;
	}

	/** Loss says: send less. */
	get isMuch(): boolean {
		return this.#lasts;
	}

	/** Loss says: do not send more. */
	get isSome(): boolean {
		return this.fraction > SOME_LOSS;
	}
}

/** Receiver reports come about once a second; so do decisions, milliseconds. */
const REPORT_INTERVAL = 1000;

/** A round trip above the least by this much is a queue, milliseconds. */
const HIGH_TRIP = 60;

/** The least round trip rises by this share of the difference in each decision, should the path have become longer. */
const FORGETTING = 0.02;

/**
 * The rate for a receiver that gives no transport-wide feedback, from its reports: loss, the round trip above its least,
 * and the limit (REMB) that it may state. Slow and coarse: one decision a second.
 */
export class BlindRate {
	/** Milliseconds. */
	queueDelay = 0;
	#minRoundTrip: number | undefined;
	#decidedAt = Number.NEGATIVE_INFINITY;
	#decisions = 0;

	get isMeasured(): boolean {
		return this.#decisions > 2;
	}

	/** The estimate after `stats`; all rates in bits per second. */
	poll(stats: SenderStats, estimate: number, wanted: number, now: MonotonicTime): number {
		const { receiverLimit, roundTrip, lost } = stats;
		const known = receiverLimit !== undefined || roundTrip !== undefined || lost !== undefined;
		if (!known || now - this.#decidedAt < REPORT_INTERVAL) return estimate;
		this.#decidedAt = now;
		this.#decisions++;
		if (roundTrip !== undefined) {
			const min = Math.min(this.#minRoundTrip ?? roundTrip, roundTrip);
			this.#minRoundTrip = min + (roundTrip - min) * FORGETTING;
			this.queueDelay = Math.max(0, roundTrip - min);
		}
		let rate = estimate;
		if ((lost ?? 0) > MUCH_LOSS) rate *= 1 - (lost ?? 0) / 2;
		if (this.queueDelay > HIGH_TRIP) rate *= this.queueDelay > 3 * HIGH_TRIP ? 0.6 : 0.8;
		else if ((lost ?? 0) < SOME_LOSS && rate < wanted) rate *= 1.05;
		return Math.min(rate, receiverLimit ?? rate);
	}
}
