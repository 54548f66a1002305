import type { DeviceDescription, Orientation, Size } from "../../../signaling/protocol/device.ts";
import type { DeviceEnd, Source, SourceOptions, Still } from "../provider.ts";
import type { Hands } from "./input/hands.ts";
import type { RungName } from "./ladder-report.ts";

/** One way to simulators' screens and input. */
export interface Rung {
	readonly name: RungName;
	/** Kinds of input that it passes on. */
	readonly inputs: DeviceDescription["inputs"];
	/** Whether it can be used on this machine: what was found, in words. Throws PortholeError with why not. */
	ready(): Promise<string>;
	/** Starts capture. Throws PortholeError with the reason. */
	openSource(target: RungTarget, options: SourceOptions): Promise<RungSource>;
	/** Opens the way in; `lost` is called once when it is gone by itself. Throws PortholeError `no-input`. */
	openHands(target: RungTarget, lost: (end: DeviceEnd) => void): Hands;
	/** The screen now, small enough for a card. */
	still(target: RungTarget): Promise<Still>;
	/** Turns the simulator. Absent: this way cannot. */
	turn?(udid: string, orientation: Orientation): Promise<void>;
	/** Size of the screen in points, where this way alone knows it. */
	points?(udid: string): Promise<Size | undefined>;
	close(): Promise<void>;
}

/** The simulator that a way is used for. */
export interface RungTarget {
	/** Upper case. */
	readonly udid: string;
	readonly name: string;
	points(): Size;
}

export interface RungSource extends Source {
	/** Input was just given. */
	expectDamage(): void;
}
