import type { MaxBitrates, TargetBitrates } from "../media.ts";

/** Share of an estimated path that the stream may use; the rest is for retransmissions and changes of the path. */
const USABLE = 0.85;

/**
 * No viewer lowers the stream below this share of its best bitrate, however slow its path: beyond that the viewer loses
 * packets, rather than all others quality.
 */
const FLOOR = 0.4;

/** Time between two changes of a rate that are told, milliseconds. */
const TELL_EVERY = 100;

/** A viewer, as far as the rate is concerned. */
export interface Taker {
	/** Frames go to it now. */
	readonly watching: boolean;
	/** What its path carries, bits per second; absent while that is unknown. */
	readonly estimate: number | undefined;
}

/**
 * The rate that all viewers together want: what the slowest path carries, within limits. There is one rendition, as
 * every viewer of a worker is sent the same packets.
 */
export function targetBitratesOf(takers: Iterable<Taker>, maxBitrates: MaxBitrates): TargetBitrates {
	let rate: number | undefined;
	for (const { watching, estimate } of takers) {
		if (!watching) continue;
		const wanted = estimate === undefined ? maxBitrates.main : estimate * USABLE;
		rate = Math.min(rate ?? maxBitrates.main, wanted);
	}
	return rate === undefined ? {} : { main: Math.round(Math.max(rate, maxBitrates.main * FLOOR)) };
}

/** Tells changed target bitrates: at once when a rendition begins or ends, else every 100 ms at most, and only what is another by 5 %. */
export class TargetBitratesTeller {
	readonly #tell: (targetBitrates: TargetBitrates) => void;
	readonly #now: () => number;
	#told: TargetBitrates | undefined;
	#toldAt = Number.NEGATIVE_INFINITY;

	/** `now` in milliseconds. */
	constructor(now: () => number, tell: (targetBitrates: TargetBitrates) => void) {
		this.#now = now;
		this.#tell = tell;
	}

	/** Takes the present target bitrates; what is not told now is told by a later call. */
	update(targetBitrates: TargetBitrates): void {
		const before = this.#told?.main;
		const after = targetBitrates.main;
		const isSwitch = this.#told === undefined || (before === undefined) !== (after === undefined);
		const now = this.#now();
		if (!isSwitch) {
			if (before === undefined || after === undefined || now - this.#toldAt < TELL_EVERY) return;
			if (Math.abs(after - before) < before * 0.05) return;
		}
		this.#told = targetBitrates;
		this.#toldAt = now;
		this.#tell(targetBitrates);
	}
}
