import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import type { MaxBitrates, TargetBitrates } from "../media.ts";

/** Share of an estimated path that the stream may use; the rest is for retransmissions and changes of the path. */
const USABLE = 0.85;

/**
 * No viewer lowers the stream below this share of its best bitrate, however slow its path: beyond that the viewer loses
 * packets, rather than all others quality.
 */
const FLOOR = 0.4;

/** Least time between two reports, milliseconds. */
const REPORT_EVERY = 100;

/** A viewer, as far as the rate is concerned. */
export interface ViewerPath {
	/** Frames go to it now. */
	readonly watching: boolean;
	/** What its path carries, bits per second; absent while that is unknown. */
	readonly estimate: number | undefined;
}

/**
 * The target bitrate of a stream: the slowest path carries, within limits. There is one rendition, as
 * every viewer of a worker is sent the same packets.
 */
export function targetBitratesOf(paths: Iterable<ViewerPath>, maxBitrates: MaxBitrates): TargetBitrates {
	let rate: number | undefined;
	for (const { watching, estimate } of paths) {
		if (!watching) continue;
		const usable = estimate === undefined ? maxBitrates.main : estimate * USABLE;
		rate = Math.min(rate ?? maxBitrates.main, usable);
	}
	return rate === undefined ? {} : { main: Math.round(Math.max(rate, maxBitrates.main * FLOOR)) };
}

/** Reports changed target bitrates: at once when a rendition starts or ends, else at most every 100 ms and only changes
 * of 5 % or more. */
export class TargetBitratesReporter {
	readonly #report: (targetBitrates: TargetBitrates) => void;
	readonly #now: () => MonotonicTime;
	#reported: TargetBitrates | undefined;
	#reportedAt = Number.NEGATIVE_INFINITY;

	/** `now` in milliseconds. */
	constructor(now: () => MonotonicTime, tell: (targetBitrates: TargetBitrates) => void) {
		this.#now = now;
		this.#report = tell;
	}

	/** Takes the present target bitrates; what is held back now is reported by a later call. */
	update(targetBitrates: TargetBitrates): void {
		const before = this.#reported?.main;
		const after = targetBitrates.main;
		const isSwitch = this.#reported === undefined || (before === undefined) !== (after === undefined);
		const now = this.#now();
		if (!isSwitch) {
			if (before === undefined || after === undefined || now - this.#reportedAt < REPORT_EVERY) return;
			if (Math.abs(after - before) < before * 0.05) return;
		}
		this.#reported = targetBitrates;
		this.#reportedAt = now;
		this.#report(targetBitrates);
	}
}
