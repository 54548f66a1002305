/** First and longest time that a viewer is made to wait before it may ask for yet another keyframe, milliseconds. */
export const FIRST_HOLD = 250;
export const LONGEST_HOLD = 4000;

/** After so long without needing another keyframe a viewer may ask at once again, milliseconds. */
const CALM = 5000;

/**
 * Whether a viewer may ask for a keyframe: everybody on its rendition gets what it asks for. At once at first; a viewer
 * that needs one again and again waits twice as long each time.
 */
export class KeyframeHold {
	#hold = 0;
	#earliest = Number.NEGATIVE_INFINITY;
	#servedAt = Number.NEGATIVE_INFINITY;
	#asked = false;

	/** Whether to ask now. May be called again and again until a keyframe is sent. */
	mayAsk(now: number): boolean {
		if (now < this.#earliest) return false;
		this.#asked = true;
		return true;
	}

	/** A keyframe goes out to this viewer. */
	served(now: number): void {
		if (!this.#asked) return;
		this.#asked = false;
		const again = now - this.#servedAt < CALM + this.#hold;
		this.#hold = again ? Math.min(Math.max(this.#hold * 2, FIRST_HOLD), LONGEST_HOLD) : 0;
		this.#servedAt = now;
		this.#earliest = now + this.#hold;
	}
}
