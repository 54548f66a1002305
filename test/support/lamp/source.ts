import { AddonSource } from "../../../server/devices/addon-source.ts";
import type { Clock } from "../../../server/devices/clock.ts";
import { chooseEncoder } from "../../../server/devices/encoder-choice.ts";
import type { Rate, SourceOptions } from "../../../server/devices/provider.ts";
import type { Addon, PixelSource } from "../../../server/native/addon.ts";

export interface LampDeps {
	readonly addon: Pick<Addon, "encoders" | "PixelSource">;
	readonly clock: Clock;
}

/** Encodes what it is shown. */
export class LampSource extends AddonSource<PixelSource> {
	readonly #clock: Clock;
	readonly #stride: number;
	#shown: Buffer | undefined;

	/** Throws PortholeError `encoder-unavailable`. */
	constructor(
		{ addon, clock }: LampDeps,
		size: { readonly width: number; readonly height: number },
		options: SourceOptions,
		onClose: () => void,
	) {
		const encoder = chooseEncoder(addon, options.encoder);
		super(
			options,
			onClose,
			(events) => new addon.PixelSource({ ...size, format: "bgra", encoder, ...events }),
		);
		this.#clock = clock;
		this.#stride = size.width * 4;
	}

	/** The screen changed. A screen that rests costs nothing. */
	show(pixels: Buffer): void {
		this.#shown = pixels;
		if (!this.closed) this.native.encode(pixels, this.#stride, [], this.#clock.now());
	}

	override setRate(rate: Rate | undefined): void {
		super.setRate(rate);
		this.#showAgain(rate);
	}

	override setSmallRate(rate: Rate | undefined): void {
		super.setSmallRate(rate);
		this.#showAgain(rate);
	}

	/** After a pause viewers see the screen as it is now. */
	#showAgain(rate: Rate | undefined): void {
		if (rate && this.#shown) this.show(this.#shown);
	}
}
