import type { Clock } from "../../clock.ts";
import { FORMAT, type FrameRequest } from "../wire/message.ts";

/** How long a host of generation 1 may take for a picture, ms. Failures it answers with nothing at all. */
const ANSWER_WITHIN = 2_000;

const NS = 1_000_000n;

export interface PullDeps {
	readonly clock: Clock;
	readonly send: (request: FrameRequest) => void;
	/** It did not answer. */
	readonly silent: () => void;
}

/** Asks a host of generation 1 for one picture after the other, one request in flight. */
export class Pull {
	readonly #deps: PullDeps;
	readonly #size: { readonly width: number; readonly height: number };
	readonly #resourceId: number;
	#interval: number;
	#forceKeyframe = true;
	#sentAt = 0;
	#cancel = () => {};

	constructor(
		deps: PullDeps,
		resourceId: number,
		size: { readonly width: number; readonly height: number },
		frameRate: number,
	) {
		this.#deps = deps;
		this.#resourceId = resourceId;
		this.#size = size;
		this.#interval = 1000 / frameRate;
		this.#ask();
	}

	set frameRate(frameRate: number) {
		this.#interval = 1000 / frameRate;
	}

	requestKeyframe(): void {
		this.#forceKeyframe = true;
	}

	/** The answer came, whatever was in it. */
	answered(): void {
		this.#cancel();
		const wait = Math.max(0, this.#sentAt + this.#interval - this.#deps.clock.now());
		this.#cancel = this.#deps.clock.after(wait, () => this.#ask());
	}

	close(): void {
		this.#cancel();
	}

	#ask(): void {
		const { clock, send, silent } = this.#deps;
		this.#sentAt = clock.now();
		const { width, height } = this.#size;
		send({
			type: "frame-request",
			resourceId: this.#resourceId,
			width,
			height,
			format: FORMAT.bgra,
			stride: width * 4,
			pts: BigInt(Math.round(this.#sentAt)) * NS,
			duration: BigInt(Math.round(this.#interval * 1e6)),
			forceKeyframe: this.#forceKeyframe,
		});
		this.#forceKeyframe = false;
		this.#cancel = clock.after(ANSWER_WITHIN, silent);
	}
}
