import type { DeviceDescription, Orientation, Size } from "../../../signaling/protocol/device.ts";
import type { TouchEdge } from "../../native/addon.ts";
import type { DeviceEnd, Screenshot, Source, SourceOptions } from "../provider.ts";

/**
 * The backends, best first. `addon`: this process, through IOSurface and VideoToolbox; `baguette`:
 * an installed program, driven over its standard input and output; `serve-sim`: an installed npm package, over loopback
 * HTTP; `screenshots`: frames that `simctl` takes again and again, without input.
 */
export const backendNames = ["addon", "baguette", "serve-sim", "screenshots"] as const;

export type BackendName = (typeof backendNames)[number];

/** One of several ways to simulators' screens and input. */
export interface Backend {
	readonly name: BackendName;
	/** Kinds of input that it passes on. */
	readonly inputs: DeviceDescription["inputs"];
	/** Whether it can be used on this machine: what was found, in words. Throws PortholeError with why not. */
	ready(): Promise<string>;
	/** Starts capture. Throws PortholeError with the reason. */
	openSource(target: BackendTarget, options: SourceOptions): Promise<BackendSource>;
	/** Opens the input connection. Throws PortholeError `no-input`. */
	openInput(target: BackendTarget, events: InputEvents): InputBackend;
	/** The screen now, small enough for a card. */
	screenshot(target: BackendTarget): Promise<Screenshot>;
	/** Turns the simulator. Absent: this backend cannot. */
	turn?(udid: string, orientation: Orientation): Promise<void>;
	/** Size of the screen in points, where this backend alone knows it. */
	points?(udid: string): Promise<Size | undefined>;
}

/** The simulator that a backend is used for. */
export interface BackendTarget {
	/** Upper case. */
	readonly udid: string;
	readonly name: string;
	points(): Size;
}

/** What happens to input after it was accepted. */
export interface InputEvents {
	/** The connection ended by itself; called once, never after `close()`. */
	lost(end: DeviceEnd): void;
	/** Something was not taken, and why. */
	refused(words: string): void;
}

export interface BackendSource extends Source {
	/** Input was just given. */
	expectDamage(): void;
}

export type { TouchEdge };

/** A place on the screen, 0..1 of the native frame, origin top left. */
export interface Place {
	readonly x: number;
	readonly y: number;
}

/** The input of a backend. Methods throw PortholeError for input that was dropped. */
export interface InputBackend {
	/** One finger or two; every touch begins with `down` and ends with `up`, with as many fingers between. */
	touch(phase: "down" | "move" | "up", places: readonly Place[], edge: TouchEdge): void;
	/** A key by DOM `KeyboardEvent.code`. */
	key(code: string, down: boolean): void;
	/** Types printable US-ASCII, line feeds and tabs. */
	type(text: string): void;
	/** Types any text, over the simulator's clipboard. */
	paste(text: string): void;
	/** A button of the device; false when this backend has none of that name. */
	button(id: string, down: boolean): boolean;
	close(): Promise<void>;
}

/** Text that keys of a US keyboard can type. */
export const TYPEABLE = /^[\x20-\x7e\n\r\t]*$/;
