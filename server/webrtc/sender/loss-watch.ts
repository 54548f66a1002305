/** Packets that a judgement needs. */
const ENOUGH = 20;

/** More lost than this, lasting so long (milliseconds of sending), means that the path is too full. */
const MUCH = 0.1;
const LASTING = 600;

/** More lost than this and one should not send more. */
const SOME = 0.05;

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
	note(received: number, lost: number, sentAt: number): void {
		this.#received += received;
		this.#lost += lost;
		if (this.#received + this.#lost < ENOUGH) return;
		this.fraction = this.#lost / (this.#received + this.#lost);
		this.#received = 0;
		this.#lost = 0;
		if (this.fraction <= MUCH) this.#since = undefined;
		else this.#since ??= sentAt;
		this.#lasts = this.#since !== undefined && sentAt - this.#since >= LASTING;
	}

	/** Loss says: send less. */
	get isMuch(): boolean {
		return this.#lasts;
	}

	/** Loss says: do not send more. */
	get isSome(): boolean {
		return this.fraction > SOME;
	}
}
