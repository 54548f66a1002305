import type { EncoderRate, NativeAccessUnit, NativeEnd, NativeSource } from "../native/addon.ts";
import { withNativeErrors } from "./native-errors.ts";
import type { DeviceEnd, Rate, Rendition, Source, SourceOptions } from "./provider.ts";

/** What every source of the addon is opened with. */
interface AddonSourceEvents extends EncoderRate {
	readonly onAccessUnit: (unit: NativeAccessUnit) => void;
	readonly onEnd: (end: NativeEnd) => void;
}

/** Capture and encoding by the addon, or its encoding of frames drawn here, as a source. */
export class AddonSource<Native extends NativeSource & { expectDamage?(): void }> implements Source {
	readonly canScale = true;
	readonly encoder: string;
	protected readonly native: Native;
	readonly #onClose: () => void;
	readonly #onEnd: (end: DeviceEnd) => void;
	#closed = false;

	/**
	 * `onClose` is called once, for whatever reason the source is no longer open. Throws what `open` throws, with the
	 * addon's code as a PortholeError.
	 */
	constructor(
		{ bitrate, frameRate, sink }: SourceOptions,
		onClose: () => void,
		open: (events: AddonSourceEvents) => Native,
	) {
		this.#onClose = onClose;
		this.#onEnd = (end) => sink.ended(end);
		this.native = withNativeErrors(() =>
			open({
				bitrate,
				frameRate,
				onAccessUnit: (unit) => {
					if (unit.encoder !== undefined) sink.encoderChanged?.(unit.encoder);
					sink.accessUnit(unit);
				},
				onEnd: (end) => this.end(end),
			}),
		);
		this.encoder = this.native.encoder;
	}

	requestKeyframe(rendition: Rendition): void {
		if (!this.#closed) this.native.requestKeyframe(rendition);
	}

	setRate(rate: Rate | undefined): void {
		if (!this.#closed) this.native.setRate(rate);
	}

	setSmallRate(rate: Rate | undefined): void {
		if (!this.#closed) this.native.setSmallRate(rate);
	}

	/** Input was injected; what it changes is captured at once. */
	expectDamage(): void {
		if (!this.#closed) this.native.expectDamage?.();
	}

	/** The capture, or the whole device, is over: closes the source and tells the sink why. */
	end(end: DeviceEnd): void {
		if (this.#closed) return;
		this.#shut();
		this.#onEnd(end);
	}

	async close(): Promise<void> {
		this.#shut();
	}

	protected get closed(): boolean {
		return this.#closed;
	}

	#shut(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.native.close();
		this.#onClose();
	}
}
