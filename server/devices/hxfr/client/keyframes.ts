import type { LiveUnit } from "../../../h264/live-access-unit.ts";
import type { Clock } from "../../clock.ts";
import { KeptGroup } from "./kept-group.ts";

/** How long a stock host may take to answer a change of its bit rate with a keyframe, ms. */
const TRICK_WITHIN = 300;
/** The trick makes the host's encoder anew, for all who watch: not more often than this, ms. */
const TRICK_EVERY = 1_000;

export interface KeyframesDeps {
	readonly clock: Clock;
	/** Asks the host to code with a bit rate that differs by this much, bits per second. */
	readonly changeBitrate: (by: number) => void;
	/** Gives pictures once more. */
	readonly replay: (units: readonly LiveUnit[]) => void;
}

/**
 * Keyframes from a host that has no message for them. A bit rate that differs by 1 bit/s makes it begin anew with the next
 * picture; where none comes, as on a still screen, the pictures since the last keyframe are shown once more.
 */
export class StockKeyframes {
	readonly #deps: KeyframesDeps;
	readonly #group = new KeptGroup();
	#odd = 0;
	#trickAt = Number.NEGATIVE_INFINITY;
	#cancel: (() => void) | undefined;

	constructor(deps: KeyframesDeps) {
		this.#deps = deps;
	}

	/** A picture has come. */
	took(unit: LiveUnit): void {
		this.#group.add(unit);
		if (unit.keyframe) this.#settle();
	}

	ask(): void {
		const { clock, changeBitrate, replay } = this.#deps;
		const now = clock.now();
		if (now - this.#trickAt >= TRICK_EVERY) {
			this.#trickAt = now;
			this.#odd = 1 - this.#odd;
			changeBitrate(this.#odd);
		}
		this.#cancel ??= clock.after(TRICK_WITHIN, () => {
			this.#cancel = undefined;
			if (this.#group.units.length > 0) replay(this.#group.units);
		});
	}

	close(): void {
		this.#settle();
		this.#group.clear();
	}

	#settle(): void {
		this.#cancel?.();
		this.#cancel = undefined;
	}
}
