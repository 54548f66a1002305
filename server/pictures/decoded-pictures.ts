import type { Addon, ColourMatrix, PictureDecoder } from "../native/addon.ts";
import { colourMatrixOf } from "./colour-matrix.ts";
import type { FrameFeed, FrameWatching, Picture, Pictures } from "./picture-feed.ts";
import { PendingFrame } from "./waiting-picture.ts";

/** Pictures of a device at its full size, decoded from what its encoder makes for everybody. */
export class DecodedFrames implements Pictures {
	readonly #decoder: PictureDecoder;
	readonly #watching: FrameWatching;
	readonly #waiting = new PendingFrame();
	#matrix: ColourMatrix = "bt601";

	/** Throws the addon's Error `decoder-unavailable`. */
	constructor(feed: FrameFeed, Decoder: NonNullable<Addon["PictureDecoder"]>, scale: number) {
		this.#decoder = new Decoder({
			scale,
			onPicture: (picture) => this.#waiting.give({ type: "pixels", ...picture }),
			onKeyframeWanted: () => this.#watching.requestKeyframe(),
		});
		try {
			this.#watching = feed.watch({
				rendition: "main",
				unit: ({ data, keyframe }) => {
					if (keyframe) this.#matrix = colourMatrixOf(data);
					this.#decoder.decode(data, keyframe, this.#matrix);
				},
			});
		} catch (error) {
			this.#decoder.close();
			throw error;
		}
	}

	next(): Promise<Picture> {
		const next = this.#waiting.wait();
		this.#decoder.want();
		return next;
	}

	setScale(scale: number): void {
		this.#decoder.setScale(scale);
	}

	close(): void {
		if (this.#waiting.closed) return;
		this.#waiting.close();
		this.#watching.close();
		this.#decoder.close();
	}
}
