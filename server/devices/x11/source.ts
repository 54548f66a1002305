import type { Addon, X11Source as NativeX11Source } from "../../native/addon.ts";
import { chooseEncoder } from "../encoder-choice.ts";
import type { DeviceEnd, Rate, Rendition, Source, SourceOptions } from "../provider.ts";
import { withNativeErrors } from "./errors.ts";

export interface X11SourceParts {
	readonly addon: Pick<Addon, "encoders" | "X11Source">;
	/** X display, such as `:0`. */
	readonly display: string;
	readonly options: SourceOptions;
	/** The source is no longer open, for whatever reason. */
	readonly onClose: () => void;
}

/** The addon's capture of one display, as a source. */
export class X11Source implements Source {
	readonly canScale = true;
	readonly encoder: string;
	readonly #native: NativeX11Source;
	readonly #onClose: () => void;
	readonly #onEnd: (end: DeviceEnd) => void;
	#closed = false;

	/** Throws PortholeError with the addon's code, or `encoder-unavailable`. */
	constructor({ addon, display, options, onClose }: X11SourceParts) {
		this.#onClose = onClose;
		this.#onEnd = (end) => options.sink.ended(end);
		const encoder = chooseEncoder(addon, options.encoder);
		this.#native = withNativeErrors(
			() =>
				new addon.X11Source({
					display,
					encoder,
					bitrate: options.bitrate,
					frameRate: options.frameRate,
					onAccessUnit: (unit) => {
						if (unit.encoder !== undefined) options.sink.encoderChanged?.(unit.encoder);
						options.sink.accessUnit(unit);
					},
					onEnd: (end) => this.end(end),
				}),
		);
		this.encoder = this.#native.encoder;
	}

	requestKeyframe(rendition: Rendition): void {
		if (!this.#closed) this.#native.requestKeyframe(rendition);
	}

	setRate(rate: Rate | undefined): void {
		if (!this.#closed) this.#native.setRate(rate);
	}

	setSmallRate(rate: Rate | undefined): void {
		if (!this.#closed) this.#native.setSmallRate(rate);
	}

	/** Input was injected; what it changes is captured at once. */
	expectDamage(): void {
		if (!this.#closed) this.#native.expectDamage();
	}

	/** Capture is over, or the whole device: tells the sink why. */
	end(end: DeviceEnd): void {
		if (this.#closed) return;
		this.#shut();
		this.#onEnd(end);
	}

	async close(): Promise<void> {
		this.#shut();
	}

	#shut(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#native.close();
		this.#onClose();
	}
}
