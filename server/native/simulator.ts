import type { EncoderRate, NativeAccessUnit, NativeEnd, NativeSource, Pixels } from "./addon.ts";

/**
 * What the addon has on macOS for simulators. Everything private of Apple's is looked up by name when it is used; what
 * is missing throws an Error whose `code` names it, such as `core-simulator-missing` or `no-framebuffer-port`.
 */

/** States of CoreSimulator, in its words. */
export type SimulatorState = "Creating" | "Shutdown" | "Booting" | "Booted" | "ShuttingDown";

/** One simulator of a device set. */
export interface NativeSimulator {
	/** As CoreSimulator writes it: upper case. */
	readonly udid: string;
	readonly name: string;
	/** Such as `iOS 26.1`. */
	readonly runtime: string;
	readonly state: SimulatorState;
	readonly deviceType: { readonly name: string; readonly identifier: string; readonly bundlePath: string };
	/** Main screen, upright. */
	readonly pixels: { readonly width: number; readonly height: number };
	/** Pixels a point. */
	readonly scale: number;
}

export interface SimulatorServiceOptions {
	/** As `xcode-select -p` says. */
	readonly developerDir: string;
	/** Folder of another device set than the user's own. */
	readonly deviceSet?: string;
	/** A simulator came, went or changed its state. */
	readonly onChange: () => void;
}

/** The simulators of one device set (CoreSimulator). */
export interface SimulatorService {
	list(): NativeSimulator[];
	/** Does not wait for the boot to end; a simulator that is booted already is an error, `wrong-state`. */
	boot(udid: string, done: (error?: NativeEnd) => void): void;
	shutdown(udid: string, done: (error?: NativeEnd) => void): void;
	/**
	 * UIDeviceOrientation: 1 portrait, 2 upside down, 3 landscape left (its top at the left), 4 landscape right. Where 3 is
	 * called landscape right, the interface's orientation is meant, which turns the other way.
	 */
	setOrientation(udid: string, orientation: 1 | 2 | 3 | 4): void;
	/** Posts a Darwin notification inside, such as the one that shakes it. */
	notify(udid: string, name: string): void;
	close(): void;
}

export interface SimulatorSourceOptions extends EncoderRate {
	readonly service: SimulatorService;
	readonly udid: string;
	readonly onAccessUnit: (unit: NativeAccessUnit) => void;
	/** The simulator was shut down or its screen is gone. Called at most once, never after `close()`. */
	readonly onEnd: (end: NativeEnd) => void;
}

/** Captures a simulator's screen on its own thread: IOSurface, one copy, VideoToolbox. */
export interface SimulatorSource extends NativeSource {
	/** Input was just given: the next change is captured at once. */
	expectDamage(): void;
	/** The screen as it is, BGRA; absent while there is none. */
	snapshot(): Pixels | undefined;
}

export interface SimulatorInputOptions {
	readonly service: SimulatorService;
	readonly udid: string;
	/** `indigo` up to Xcode 26, `dtuhid` from 27 on. */
	readonly transport: "indigo" | "dtuhid";
	/** The connection is gone. Called at most once, never after `close()`. */
	readonly onEnd: (end: NativeEnd) => void;
}

/** Edges of the screen as bits of a touch: none 0. */
export type TouchEdge = "none" | "left" | "top" | "right" | "bottom";

/** One simulator's input; its connection stays open. */
export interface SimulatorInput {
	/** One finger, or two when there are four numbers: x, y of each, 0..1 of the screen as it is held upright. */
	touch(phase: "down" | "move" | "up", places: readonly number[], edge: TouchEdge): void;
	/** HID usage of the keyboard page (7). */
	key(usage: number, down: boolean): void;
	/** HID usage page and usage, such as 0x0C and 0x40 for the home button. */
	button(page: number, usage: number, down: boolean): void;
	close(): void;
}

/** One thing that simulators need of this Mac, and whether it is there. */
export interface SimulatorProbe {
	readonly group: "framework" | "class" | "selector" | "symbol" | "encoder";
	/** Such as `SimServiceContext +sharedServiceContextForDeveloperDir:error:`. */
	readonly name: string;
	readonly found: boolean;
	/** Where it was found, or what was tried. */
	readonly detail: string;
}

/** What the addon exports on macOS beside the rest. */
export interface SimulatorAddon {
	readonly SimulatorService: new (options: SimulatorServiceOptions) => SimulatorService;
	readonly SimulatorSource: new (options: SimulatorSourceOptions) => SimulatorSource;
	readonly SimulatorInput: new (options: SimulatorInputOptions) => SimulatorInput;
	/** Looks for everything by name, and encodes one frame of 64 by 64 pixels for real. */
	readonly probeSimulators: (developerDir: string) => SimulatorProbe[];
	/** First page of a PDF, in pixels a point, RGBA with premultiplied alpha. Throws an Error `unreadable-pdf`. */
	readonly renderPdf: (path: string, scale: number) => Pixels;
}
