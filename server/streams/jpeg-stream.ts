import { type FrameFeed, type FrameMaker, type FrameReader, openFrames } from "./frames.ts";
import { compress } from "./screenshot.ts";

export interface JpegStreamOptions {
	/** Of JPEG, 0..1. */
	readonly quality: number;
	/** Whole divisor of width and height, 1..4. */
	readonly scale: number;
	/** Upper bound, frames per second. */
	readonly frameRate: number;
}

/**
 * A device's screen as JPEGs, as fast as they are taken: each is of the newest frame, nothing queues, and a screen
 * that does not change gives none.
 */
export class JpegStream {
	readonly #frames: FrameReader;
	readonly #clock: FrameMaker["clock"];
	#options: JpegStreamOptions;
	#earliest = 0;
	#endWait: (() => void) | undefined;

	/** Throws the addon's Error `decoder-unavailable`. */
	constructor(feed: FrameFeed, maker: FrameMaker, options: JpegStreamOptions) {
		this.#frames = openFrames(feed, maker, options.scale);
		this.#clock = maker.clock;
		this.#options = options;
	}

	/** The next JPEG; ask for it when the one before was taken. Rejects with PortholeError `frames-closed`. */
	async next(): Promise<Uint8Array> {
		await this.#turn();
		const frame = await this.#frames.next();
		this.#earliest = this.#clock.now() + 1000 / this.#options.frameRate;
		return (await compress(frame, "image/jpeg", this.#options.quality)).data;
	}

	/** What is not said stays as it is. */
	configure(options: Partial<JpegStreamOptions>): void {
		this.#options = { ...this.#options, ...options };
		if (options.scale !== undefined) this.#frames.setScale(options.scale);
	}

	close(): void {
		this.#endWait?.();
		this.#frames.close();
	}

	/** Until the frame rate allows another frame. */
	#turn(): Promise<void> | undefined {
		const wait = this.#earliest - this.#clock.now();
		if (wait <= 0) return undefined;
		return new Promise((resolve) => {
			const cancel = this.#clock.after(wait, () => this.#endWait?.());
			this.#endWait = () => {
				cancel();
				this.#endWait = undefined;
				resolve();
			};
		});
	}
}
