import type { Pixels } from "../../../native/addon.ts";
import type { SimulatorSource as NativeSource, SimulatorService } from "../../../native/simulator.ts";
import { CapturedSource } from "../../captured-source.ts";
import { withNativeErrors } from "../../native-errors.ts";
import type { SourceOptions } from "../../provider.ts";
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
export class NativeSimulatorSource extends CapturedSource<NativeSource> implements RungSource {
	/** Throws PortholeError with the addon's code. */
	constructor({ addon, service, udid, options, onClose }: NativeSourceParts) {
		super(options, onClose, (events) =>
			withNativeErrors(() => new addon.SimulatorSource({ service, udid, ...events })),
		);
	}

	/** The screen as it is; undefined while there is none. */
	snapshot(): Pixels | undefined {
		return this.closed ? undefined : withNativeErrors(() => this.native.snapshot());
	}
}
