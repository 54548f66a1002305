import type { PortholeError } from "../../../../../signaling/protocol/errors.ts";
import { AvccFrames } from "../../../../h264/avcc-frames.ts";
import type { Clock } from "../../../clock.ts";
import type { DeviceEnd, Rate, SourceOptions } from "../../../provider.ts";
import type { BackendSource } from "../../backend.ts";
import { asPortholeError, simulatorError } from "../../errors.ts";
import type { RunningProgram } from "../../tools/programs.ts";
import type { BaguetteProgram } from "./program.ts";

/** How long the first frame may take, ms: after a boot the screen is not there for some seconds. */
const FIRST_WITHIN = 15_000;
/** It codes the last frame again and again, so that such a silence means that it hangs, ms. */
const SILENT_AFTER = 10_000;

interface BaguetteSourceParts {
	readonly program: BaguetteProgram;
	/** In words, for the stats panel. */
	readonly words: string;
	readonly udid: string;
	readonly clock: Clock;
	readonly options: SourceOptions;
}

/**
 * Passes on the frames of `baguette stream` as they come: nothing is coded anew, and there is no small rendition. They
 * carry no times, so arrival counts.
 */
export class BaguetteSource implements BackendSource {
	readonly canScale = false;
	readonly encoder: string;
	readonly #parts: BaguetteSourceParts;
	readonly #frames = new AvccFrames();
	readonly #program: RunningProgram;
	#rate: Rate;
	#paused = false;
	#cancelSilence = () => {};
	#closed = false;
	#settleFirst: ((failure?: PortholeError) => void) | undefined;

	/** Settles with the first frame. Throws PortholeError `program-ended`, `program-silent` or `bad-record`. */
	static async open(parts: BaguetteSourceParts): Promise<BaguetteSource> {
		const source = new BaguetteSource(parts);
		await new Promise<void>((resolve, reject) => {
			source.#settleFirst = (failure) => {
				source.#settleFirst = undefined;
				if (failure) reject(failure);
				else resolve();
			};
		});
		return source;
	}

	private constructor(parts: BaguetteSourceParts) {
		this.#parts = parts;
		this.encoder = parts.words;
		this.#rate = parts.options;
		this.#program = parts.program.stream(parts.udid, parts.options, {
			output: (piece) => this.#take(piece),
			ended: (how) => this.#fail(simulatorError("program-ended", `baguette, which sends the video, ${how}`)),
		});
		this.#awaitFrame(FIRST_WITHIN);
	}

	requestKeyframe(): void {
		this.#command({ cmd: "force_idr" });
	}

	setRate(rate: Rate | undefined): void {
		if (this.#closed) return;
		const resumes = this.#paused && rate !== undefined;
		this.#paused = rate === undefined;
		if (!rate) return this.#cancelSilence();
		const [bps, fps] = [Math.round(rate.bitrate), Math.round(rate.frameRate)];
		// What is so already would be taken for a gesture.
		if (bps !== Math.round(this.#rate.bitrate)) this.#command({ cmd: "set_bitrate", bps });
		if (fps !== Math.round(this.#rate.frameRate)) this.#command({ cmd: "set_fps", fps });
		this.#rate = rate;
		if (!resumes) return;
		this.#awaitFrame(SILENT_AFTER);
		this.requestKeyframe();
	}

	setSmallRate(): void {}

	/** It codes at its own pace. */
	expectDamage(): void {}

	async close(): Promise<void> {
		this.#shut();
		await this.#program.end();
	}

	#command(command: { readonly cmd: string; readonly bps?: number; readonly fps?: number }): void {
		if (!this.#closed) this.#program.write(`${JSON.stringify(command)}\n`);
	}

	#take(piece: Uint8Array): void {
		if (this.#closed) return;
		try {
			for (const unit of this.#frames.push(piece)) {
				if (this.#closed) return;
				const now = this.#parts.clock.now();
				if (!this.#paused) {
					this.#awaitFrame(SILENT_AFTER);
					this.#parts.options.sink.accessUnit({ ...unit, captureTime: now, encodedTime: now });
				}
				this.#settleFirst?.();
			}
		} catch (error) {
			this.#fail(asPortholeError(error, "bad-answer"));
		}
	}

	#awaitFrame(limit: number): void {
		this.#cancelSilence();
		this.#cancelSilence = this.#parts.clock.after(limit, () =>
			this.#fail(
				simulatorError("program-silent", `baguette, which sends the video, sent none for ${limit / 1000} s.`),
			),
		);
	}

	#fail(failure: PortholeError): void {
		if (this.#closed) return;
		this.#shut();
		void this.#program.end();
		if (this.#settleFirst) return this.#settleFirst(failure);
		const end: DeviceEnd = { code: failure.code, message: failure.message };
		this.#parts.options.sink.ended(end);
	}

	#shut(): void {
		this.#closed = true;
		this.#cancelSilence();
	}
}
