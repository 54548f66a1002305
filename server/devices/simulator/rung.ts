import type { DeviceDescription, Orientation, Size } from "../../../signaling/protocol/device.ts";
import type { DeviceEnd, Screenshot, Source, SourceOptions } from "../provider.ts";
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
	/** Opens the way in. Throws PortholeError `no-input`. */
	openHands(target: RungTarget, events: HandsEvents): Hands;
	/** The screen now, small enough for a card. */
	screenshot(target: RungTarget): Promise<Screenshot>;
	/** Turns the simulator. Absent: this way cannot. */
	turn?(udid: string, orientation: Orientation): Promise<void>;
	/** Size of the screen in points, where this way alone knows it. */
	points?(udid: string): Promise<Size | undefined>;
}

/** The simulator that a way is used for. */
export interface RungTarget {
	/** Upper case. */
	readonly udid: string;
	readonly name: string;
	points(): Size;
}

/** What becomes of input later. */
export interface HandsEvents {
	/** The way in is gone by itself; called once, never after `close()`. */
	lost(end: DeviceEnd): void;
	/** Something was not taken, and why. */
	refused(words: string): void;
}

export interface RungSource extends Source {
	/** Input was just given. */
	expectDamage(): void;
}
