import { messageOf } from "../../../../signaling/protocol/errors.ts";
import type { Clock } from "../../clock.ts";
import type { Rate, SourceOptions } from "../../provider.ts";
import { AvccPictures } from "../avcc-pictures.ts";
import { simulatorError } from "../errors.ts";
import type { RungSource } from "../rung.ts";
import type { ServedSimulator } from "./helper.ts";

/** A keyframe comes with a new answer only, so not more often than this, ms. */
const KEYFRAME_EVERY = 1000;

/** Passes on serve-sim's pictures as they come, at the rate that it was started with. */
export class ServeSimSource implements RungSource {
	readonly canScale = false;
	readonly encoder = "H.264 as serve-sim gives it";
	readonly #served: ServedSimulator;
	readonly #clock: Clock;
	readonly #options: SourceOptions;
	readonly #onClose: () => void;
	#answer = new AbortController();
	#askedAt = Number.NEGATIVE_INFINITY;
	#cancelKeyframe: (() => void) | undefined;
	#paused = false;
	#closed = false;

	constructor(served: ServedSimulator, clock: Clock, options: SourceOptions, onClose: () => void) {
		this.#served = served;
		this.#clock = clock;
		this.#options = options;
		this.#onClose = onClose;
		void this.#read();
	}

	requestKeyframe(): void {
		if (this.#closed || this.#cancelKeyframe) return;
		const wait = Math.max(0, this.#askedAt + KEYFRAME_EVERY - this.#clock.now());
		this.#cancelKeyframe = this.#clock.after(wait, () => {
			this.#cancelKeyframe = undefined;
			void this.#read();
		});
	}

	setRate(rate: Rate | undefined): void {
		const resumes = this.#paused && rate !== undefined;
		this.#paused = rate === undefined;
		if (this.#paused) this.#answer.abort();
		if (resumes) this.requestKeyframe();
	}

	setSmallRate(): void {}

	expectDamage(): void {}

	/** The program has ended. */
	end(how: string): void {
		this.#fail(simulatorError("program-ended", `serve-sim, which gives the picture, ${how}`).message);
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#cancelKeyframe?.();
		this.#answer.abort();
		this.#onClose();
		await this.#served.program.end();
	}

	async #read(): Promise<void> {
		this.#answer.abort();
		const answer = new AbortController();
		this.#answer = answer;
		this.#askedAt = this.#clock.now();
		const pictures = new AvccPictures();
		try {
			const response = await fetch(this.#served.pictures, { signal: answer.signal, redirect: "error" });
			if (!response.ok || !response.body) throw new Error(`it answers ${response.status}`);
			for await (const piece of response.body) {
				const now = this.#clock.now();
				for (const unit of pictures.push(piece)) {
					if (answer.signal.aborted || this.#paused) return;
					this.#options.sink.accessUnit({ ...unit, captureTime: now, encodedTime: now });
				}
			}
			throw new Error("the answer ended");
		} catch (error) {
			if (!answer.signal.aborted) this.#fail(`serve-sim gives no picture: ${messageOf(error)}.`);
		}
	}

	#fail(message: string): void {
		if (this.#closed) return;
		void this.close();
		this.#options.sink.ended({ code: "program-ended", message });
	}
}
