import type { AccessUnit } from "../../../server/devices/provider.ts";
import type { RecordedUnit } from "./recording.ts";

/** Plays a recording again and again, in its own time, as if a device gave it now. */
export class Replay {
	readonly #units: readonly RecordedUnit[];
	readonly #push: (unit: AccessUnit) => void;
	#next = 0;
	#startedAt = 0;
	#timer: NodeJS.Timeout | undefined;

	constructor(units: readonly RecordedUnit[], push: (unit: AccessUnit) => void) {
		this.#units = units;
		this.#push = push;
		this.requestKeyframe();
	}

	/** Begins anew: the recording's first frame is its keyframe. */
	requestKeyframe(): void {
		clearTimeout(this.#timer);
		this.#next = 0;
		this.#startedAt = performance.now() - (this.#units[0]?.at ?? 0);
		this.#timer = setTimeout(() => this.#give(), 0);
	}

	#give(): void {
		const unit = this.#units[this.#next++];
		if (unit === undefined) return this.requestKeyframe();
		const now = performance.timeOrigin + performance.now();
		this.#push({ ...unit, captureTime: now, encodedTime: now });
		const due = this.#units[this.#next]?.at;
		const wait = due === undefined ? 16 : this.#startedAt + due - performance.now();
		this.#timer = setTimeout(() => this.#give(), Math.max(0, wait));
	}
}
