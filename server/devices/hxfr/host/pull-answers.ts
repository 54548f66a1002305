import type { Clock } from "../../clock.ts";
import type { AccessUnit } from "../../provider.ts";
import type { FrameRequest, Message } from "../wire/message.ts";

/** How long a request waits for a picture, ms; after that it is answered without one. */
const ANSWER_WITHIN = 1_000;
/** Pictures kept for somebody who asks more slowly than they come. */
const MAX_KEPT = 8;

export interface PullAnswersDeps {
	readonly clock: Clock;
	readonly send: (message: Message) => void;
	readonly keyframeNeeded: () => void;
}

/**
 * Answers requests for a scanout's pictures (generation 1), each with the next one. More than are asked for are dropped,
 * and then all up to the next keyframe.
 */
export class PullAnswers {
	readonly #deps: PullAnswersDeps;
	#kept: AccessUnit[] = [];
	#needsKeyframe = true;
	#asked: FrameRequest | undefined;
	#cancel = () => {};

	constructor(deps: PullAnswersDeps) {
		this.#deps = deps;
	}

	/** One request is in flight at a time; a further one takes the place of the one before, which gets no picture. */
	ask(request: FrameRequest): void {
		if (this.#asked) this.#answer(undefined);
		if (request.forceKeyframe && !this.#kept.some(({ keyframe }) => keyframe)) {
			this.#kept = [];
			this.#needsKeyframe = true;
			this.#deps.keyframeNeeded();
		}
		this.#asked = request;
		this.#cancel = this.#deps.clock.after(ANSWER_WITHIN, () => this.#answer(undefined));
		const unit = this.#kept.shift();
		if (unit) this.#answer(unit);
	}

	unit(unit: AccessUnit): void {
		if (this.#needsKeyframe && !unit.keyframe) return;
		this.#needsKeyframe = false;
		if (this.#asked) return this.#answer(unit);
		this.#kept.push(unit);
		if (this.#kept.length <= MAX_KEPT) return;
		this.#kept = [];
		this.#needsKeyframe = true;
		this.#deps.keyframeNeeded();
	}

	close(): void {
		this.#cancel();
	}

	#answer(unit: AccessUnit | undefined): void {
		const request = this.#asked;
		if (!request) return;
		this.#asked = undefined;
		this.#cancel();
		const { pts } = request;
		const pieces = unit ? [unit.data] : [];
		this.#deps.send({
			type: "frame-response",
			session: 1,
			pts,
			dts: pts,
			keyframe: unit?.keyframe ?? false,
			pieces,
		});
	}
}
