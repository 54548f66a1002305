import type { LiveUnit } from "../../../h264/live-access-unit.ts";
import { MAX_UNIT } from "../wire/limits.ts";

/** More pictures than this are too many to go through again. */
const MAX_PICTURES = 120;

/**
 * The last keyframe and all that followed it, for those who come later where no keyframe can be had. Too long or too
 * large a group is let go of, whole, until the next keyframe.
 */
export class KeptGroup {
	#units: LiveUnit[] = [];
	#bytes = 0;

	add(unit: LiveUnit): void {
		if (unit.keyframe) this.clear();
		else if (this.#units.length === 0) return;
		this.#units.push(unit);
		this.#bytes += unit.data.length;
		if (this.#units.length > MAX_PICTURES || this.#bytes > MAX_UNIT) this.clear();
	}

	/** In order; none when there is no group to begin with. */
	get units(): readonly LiveUnit[] {
		return this.#units;
	}

	clear(): void {
		this.#units = [];
		this.#bytes = 0;
	}
}
