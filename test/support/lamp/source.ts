import { chooseEncoder } from "../../../server/devices/encoder-choice.ts";
import type { DeviceEnd, Rate, Rendition, Source, SourceOptions } from "../../../server/devices/provider.ts";
import type { FrameEncoder } from "../../../server/native/addon.ts";
import type { LampDeps } from "./provider.ts";

/** Encodes what it is shown. */
export class LampSource implements Source {
	readonly canScale = true;
	readonly encoder: string;
	readonly #clock: LampDeps["clock"];
	readonly #stride: number;
	readonly #encoder: FrameEncoder;
	readonly #onClose: () => void;
	#shown: Buffer | undefined;
	#closed = false;

	/** Throws PortholeError `encoder-unavailable`. */
	constructor(
		{ addon, clock }: LampDeps,
		size: { readonly width: number; readonly height: number },
		{ bitrate, frameRate, encoder, sink }: SourceOptions,
		onClose: () => void,
	) {
		this.#clock = clock;
		this.#stride = size.width * 4;
		this.#onClose = onClose;
		this.#encoder = new addon.FrameEncoder({
			...size,
			bitrate,
			frameRate,
			format: "bgra",
			encoder: chooseEncoder(addon, encoder),
			onAccessUnit: (unit) => {
				if (this.#closed) return;
				if (unit.encoder !== undefined) sink.encoderChanged?.(unit.encoder);
				sink.accessUnit(unit);
			},
			onEnd: (end: DeviceEnd) => {
				if (this.#closed) return;
				void this.close();
				sink.ended(end);
			},
		});
		this.encoder = this.#encoder.encoder;
	}

	/** The screen changed. A still screen costs nothing: no change, no frame. */
	show(pixels: Buffer): void {
		this.#shown = pixels;
		if (!this.#closed) this.#encoder.encode(pixels, this.#stride, [], this.#clock.now());
	}

	requestKeyframe(rendition: Rendition): void {
		if (!this.#closed) this.#encoder.requestKeyframe(rendition);
	}

	setRate(rate: Rate | undefined): void {
		if (this.#closed) return;
		this.#encoder.setRate(rate);
		// After a pause viewers see the screen as it is now.
		if (rate && this.#shown) this.show(this.#shown);
	}

	setSmallRate(rate: Rate | undefined): void {
		if (this.#closed) return;
		this.#encoder.setSmallRate(rate);
		if (rate && this.#shown) this.show(this.#shown);
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#encoder.close();
		this.#onClose();
	}
}
