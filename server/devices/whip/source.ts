import type { IncomingStream } from "../incoming-stream.ts";
import type { AccessUnit, Rate, Source, SourceSink } from "../provider.ts";

/** Passes a publisher's frames on as they come. */
export class WhipSource implements Source {
	readonly encoder = "H.264 as published";
	readonly canScale = false;
	readonly #stream: IncomingStream;
	readonly #sink: SourceSink;
	readonly #onClose: () => void;
	/** Nobody takes frames now. */
	#paused = false;
	/** Nobody here can decode what comes before a keyframe. */
	#awaitsKeyframe = true;
	#closed = false;

	constructor(stream: IncomingStream, sink: SourceSink, onClose: () => void) {
		this.#stream = stream;
		this.#sink = sink;
		this.#onClose = onClose;
		stream.requestKeyframe();
	}

	/** A frame arrived. */
	take(unit: AccessUnit): void {
		if (this.#closed || this.#paused || (this.#awaitsKeyframe && !unit.keyframe)) return;
		this.#awaitsKeyframe = false;
		this.#sink.accessUnit(unit);
	}

	requestKeyframe(): void {
		if (!this.#closed) this.#stream.requestKeyframe();
	}

	setRate(rate: Rate | undefined): void {
		if (this.#closed) return;
		const resumes = this.#paused && rate !== undefined;
		this.#paused = rate === undefined;
		if (rate) this.#stream.limitRate(rate.bitrate);
		if (!resumes) return;
		this.#awaitsKeyframe = true;
		this.#stream.requestKeyframe();
	}

	setSmallRate(): void {}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#onClose();
	}
}
