import type { Pixels } from "../../../native/addon.ts";
import type { SimulatorSource as NativeSource, SimulatorService } from "../../../native/simulator.ts";
import type { DeviceEnd, Rate, Rendition, SourceOptions } from "../../provider.ts";
import { withNativeErrors } from "../errors.ts";
import type { RungSource } from "../rung.ts";
import type { MacAddon } from "./service.ts";

export interface NativeSourceParts {
	readonly addon: MacAddon;
	readonly service: SimulatorService;
	readonly udid: string;
	readonly options: SourceOptions;
	readonly onClose: () => void;
}

/** The addon's capture of one simulator, as a source. */
export class NativeSimulatorSource implements RungSource {
	readonly canScale = true;
	readonly encoder: string;
	readonly #native: NativeSource;
	readonly #parts: NativeSourceParts;
	#closed = false;

	/** Throws PortholeError with the addon's code. */
	constructor(parts: NativeSourceParts) {
		this.#parts = parts;
		const { addon, service, udid, options } = parts;
		this.#native = withNativeErrors(
			() =>
				new addon.SimulatorSource({
					service,
					udid,
					bitrate: options.bitrate,
					frameRate: options.frameRate,
					onAccessUnit: (unit) => {
						if (unit.encoder !== undefined) options.sink.encoderChanged?.(unit.encoder);
						options.sink.accessUnit(unit);
					},
					onEnd: (end) => this.#end(end),
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

	expectDamage(): void {
		if (!this.#closed) this.#native.expectDamage();
	}

	/** The screen as it is; undefined while there is none. */
	snapshot(): Pixels | undefined {
		return this.#closed ? undefined : withNativeErrors(() => this.#native.snapshot());
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#native.close();
		this.#parts.onClose();
	}

	#end(end: DeviceEnd): void {
		if (this.#closed) return;
		void this.close();
		this.#parts.options.sink.ended(end);
	}
}
