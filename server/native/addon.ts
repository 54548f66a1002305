import type { MonotonicTime } from "../../signaling/protocol/time.ts";
import type { NativeRtpPool } from "./rtp-pool.ts";

/**
 * The shape of the native addon. Times are of `systemClock`, sizes are pixels,
 * bit rates are bits per second. Every class closes what it opened in `close()`, which may be called twice.
 */

/**
 * Names of the encoders that builds know: on macOS `videotoolbox` alone, elsewhere `openh264` and `x264`. `hxfr:ADDRESS`
 * (Unix, TCP, vsock or hybrid) has frames coded at the other end of a stream, and by the first while that end is away.
 */
export type EncoderName = "openh264" | "x264" | "videotoolbox" | `hxfr:${string}`;

/** What one encoder is and whether it can be used on this machine. */
export interface EncoderInfo {
	readonly name: EncoderName;
	readonly available: boolean;
	/** Library version when available, else why not and what to do. */
	readonly detail: string;
}

/** Rates that may change while a source runs. */
export interface EncoderRate {
	/** Target, bits per second. */
	readonly bitrate: number;
	/** Upper bound, frames per second. */
	readonly frameRate: number;
}

/** One coded frame, Annex B with four-byte start codes; keyframes carry SPS and PPS first. */
export interface NativeAccessUnit {
	readonly data: Buffer;
	/** When the pixels were read (or handed over), ms since the epoch. */
	readonly captureTime: MonotonicTime;
	/** When the encoder was done, ms since the epoch. */
	readonly encodedTime: MonotonicTime;
	readonly keyframe: boolean;
	readonly width: number;
	readonly height: number;
	/** Absent: the main one. */
	readonly rendition?: "small";
	/** The encoder in words, with the first frame after they have changed. */
	readonly encoder?: string;
}

/** Why a native thread stopped by itself: a code, and a message for people. */
export interface NativeEnd {
	readonly code: string;
	readonly message: string;
}

/** Counters of one rendition since the start. */
export interface NativeRenditionStats {
	readonly encoded: number;
	/** Access units dropped because JavaScript did not keep up; each forces a keyframe. */
	readonly dropped: number;
	readonly keyframes: number;
	/** Sum over all frames, ms. */
	readonly encodeMs: number;
}

/** Counters since the start: of the source, of its main rendition, and of its small one. */
export interface NativeSourceStats extends NativeRenditionStats {
	readonly captured: number;
	/** Sums over all frames, ms. */
	readonly captureMs: number;
	readonly convertMs: number;
	/** Making small frames from main ones. */
	readonly scaleMs: number;
	readonly small: NativeRenditionStats;
}

/** What all native sources have: a main rendition from the start, and a small one while it has a rate. */
export interface NativeSource {
	/** Actual encoder and settings in words, such as `openh264 2.3.1, constrained baseline`. */
	readonly encoder: string;
	/**
	 * The next frame of the rendition is a keyframe; the last one is coded again if none comes soon. Does nothing
	 * while the rendition has no rate.
	 */
	requestKeyframe(rendition: "main" | "small"): void;
	/** Without a rate nothing of the main rendition is made; with one again it begins with a keyframe. */
	setRate(rate: EncoderRate | undefined): void;
	/**
	 * The same for the small rendition, which has half the width and height, rounded down to even. A frame with a side
	 * under 32 pixels has none.
	 */
	setSmallRate(rate: EncoderRate | undefined): void;
	stats(): NativeSourceStats;
	close(): void;
}

export interface X11SourceOptions extends EncoderRate {
	/** X display, such as `:0`. */
	readonly display: string;
	readonly encoder: EncoderName;
	readonly onAccessUnit: (unit: NativeAccessUnit) => void;
	/** The display vanished or capture became impossible. Called at most once, never after `close()`. */
	readonly onEnd: (end: NativeEnd) => void;
}

/** Captures one X display on its own thread and encodes what changes. */
export interface X11Source extends NativeSource {
	/** Input was just injected: the next damage is captured at once, whatever the frame rate says. */
	expectDamage(): void;
}

export interface Pixels {
	readonly width: number;
	readonly height: number;
	/** BGRA (X's 32-bit little-endian order), rows tightly packed. */
	readonly data: Buffer;
}

/** An X display's input and metadata; its own connection, used from the JavaScript thread. */
export interface X11Screen {
	/** Size now, pixels. */
	size(): { width: number; height: number };
	/** Moves the pointer, pixels, and sets the held buttons: bit 0 left, 1 middle, 2 right, 3 back, 4 forward. */
	pointer(x: number, y: number, buttons: number): void;
	/** Turns the wheel by whole notches; positive is right and down. */
	wheel(dx: number, dy: number): void;
	/** Presses or releases the key at a position, by evdev code (X keycode minus 8). */
	key(evdevCode: number, down: boolean): void;
	/**
	 * Presses what gives a character, whatever layout and locks the display has, until the key at this position is released.
	 * In a shortcut the held modifiers stay as they are, but for those that the character itself needs.
	 */
	pressCharacter(evdevCode: number, character: string, isShortcut: boolean): void;
	/** Types text, remapping spare keycodes where the layout lacks a character. */
	text(text: string): void;
	/** Releases every key and button pressed through this object. */
	releaseAll(): void;
	/** The whole screen with its cursor. */
	snapshot(): Pixels;
	close(): void;
}

/** What is on a clipboard: UTF-8 of at most 1 MiB, or a PNG of at most 8 MiB. */
export interface NativeClipboardContent {
	readonly format: "text" | "image";
	readonly bytes: Uint8Array;
}

export interface X11ClipboardOptions {
	/** X display, such as `:0`. */
	readonly display: string;
	/** A program on the display copied something; what `write` put there is no such news. */
	readonly onCopied: () => void;
	/** What `write` was given can be pasted now, or why it cannot. */
	readonly onWritten: (failure?: NativeEnd) => void;
	/** What `read` found; neither where nothing can be read, or a password manager says that it is a secret. */
	readonly onRead: (reading: {
		readonly content?: NativeClipboardContent;
		readonly failure?: NativeEnd;
	}) => void;
	/** `display-vanished` or `clipboard-failed`. Called at most once, never after `close()`. */
	readonly onEnd: (end: NativeEnd) => void;
}

/**
 * The selection CLIPBOARD of an X display, on a connection and a thread of its own. Both methods throw an Error
 * `clipboard-busy` before the answer to the last call of the same.
 */
export interface X11Clipboard {
	/** Has programs paste this, until one of them copies something. Throws an Error `clipboard-too-large` too. */
	write(format: "text" | "image", bytes: Uint8Array): void;
	/** Asks for what is on it: text where there is any, else a PNG. Answered within 15 s. */
	read(): void;
	close(): void;
}

/** Part of a frame that changed. */
export interface Rectangle {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** `frameRate`: give the pace at which frames come where it is steady and low; more means that frames are repeated. */
export interface PixelSourceOptions extends EncoderRate {
	readonly width: number;
	readonly height: number;
	/** Byte order of the pixels given to `encode`. */
	readonly format: "bgra" | "rgba";
	readonly encoder: EncoderName;
	readonly onAccessUnit: (unit: NativeAccessUnit) => void;
	readonly onEnd: (end: NativeEnd) => void;
}

/** Encodes frames that JavaScript draws, on its own thread. */
export interface PixelSource extends NativeSource {
	/**
	 * Hands over a whole frame (`stride` bytes a row), of which `changed` rectangles differ from the one before
	 * (all of it when empty). The pixels are copied before this returns; a frame still waiting is replaced.
	 */
	encode(pixels: Uint8Array, stride: number, changed: readonly Rectangle[], captureTime: MonotonicTime): void;
}

/** Order of raw pixels in memory; NV12's chroma follows its luma. */
export type PixelFormat = "bgra" | "rgba" | "nv12";

export interface PixelEncoderOptions extends EncoderRate {
	readonly width: number;
	readonly height: number;
	readonly encoder: EncoderName;
	/** The answer to each `encode`, without data when rate control left the frame out. */
	readonly onFrame: (frame: { readonly data: Buffer; readonly keyframe: boolean }) => void;
	/** It is of no use any more; close it. */
	readonly onEnd: (end: NativeEnd) => void;
}

/** Codes raw frames at no pace but the caller's, on its own thread. */
export interface PixelEncoder {
	readonly encoder: string;
	/**
	 * Codes a frame. Its pixels (`stride` bytes a row) are read until `onFrame` and must stay as they are. Throws an
	 * Error with code `encoder-busy` before the answer to the one before.
	 */
	encode(
		pixels: Uint8Array,
		options: { readonly format: PixelFormat; readonly stride: number; readonly keyframe: boolean },
	): void;
	setRate(rate: EncoderRate): void;
	close(): void;
}

/**
 * One end of a byte stream that never blocks: of AF_VSOCK, which Node has not, or whatever stream socket a descriptor is.
 * Methods throw an Error with code `socket-failed`.
 */
export interface StreamSocket {
	/** Why the connection could not be made, for people; empty until then. */
	readonly failure: string;
	/** Bytes read into `bytes`; 0 at the end of the stream, -1 when none are there yet. */
	read(bytes: Uint8Array): number;
	/** How many of the bytes were taken. */
	write(bytes: Uint8Array): number;
	/** What `onEvent` tells of from now on. It tells once that a connection is made (writable) or failed. */
	watch(readable: boolean, writable: boolean): void;
	/** No more will be written. */
	shutdown(): void;
	close(): void;
}

export type StreamSocketOptions = {
	/** Bits: 1 readable, 2 writable, 4 the connection could not be made. */
	readonly onEvent: (events: number) => void;
} & ({ readonly descriptor: number } | { readonly cid: number; readonly port: number });

/** Listens on a port of AF_VSOCK. */
export interface VsockListener {
	close(): void;
}

/** Decodes H.264 on its own thread, and gives the newest frame when one is wanted. */
export interface FrameDecoder {
	/**
	 * Takes an access unit in Annex B, which is copied. At most 32 wait; when there would be more they are dropped, and
	 * `onKeyframeWanted` is called. The matrix is that of a keyframe and of all after it.
	 */
	decode(data: Uint8Array, keyframe: boolean, matrix: ColourMatrix): void;
	/** Has `onFrame` called once, with the newest frame as soon as it differs from the last that was given. */
	want(): void;
	/** The next frame has another scale. */
	setScale(scale: number): void;
	close(): void;
}

/** How luma and chroma become red, green and blue: of video range, or of the full one. */
export type ColourMatrix = "bt601" | "bt601-full" | "bt709" | "bt709-full";

/** A frame as a decoder gives it. */
export interface DecodedFrame {
	readonly width: number;
	readonly height: number;
	/** RGBA, rows tightly packed; not to be written to. */
	readonly data: Buffer;
}

export interface FrameDecoderOptions {
	/** Whole divisor of width and height, 1..4. */
	readonly scale: number;
	readonly onFrame: (frame: DecodedFrame) => void;
	/** Frames were lost or are broken: nothing more is decoded before a keyframe. */
	readonly onKeyframeWanted: () => void;
	/** Nothing more is decoded at all; close it. Called at most once, never after `close()`. */
	readonly onEnd: (end: NativeEnd) => void;
}

/** What the addon exports; what simulators need only on macOS, what X displays need only on Linux. */
export interface Addon extends Partial<SimulatorAddon> {
	/** Sets the addon's clock by `systemClock`. Only the first call in a process counts. */
	readonly setClock: (now: MonotonicTime) => void;
	readonly encoders: () => EncoderInfo[];
	readonly X11Source: new (options: X11SourceOptions) => X11Source;
	/**
	 * Throws an Error with `code` when the display cannot be opened or lacks an extension. `onEnd`: `display-vanished` or
	 * `input-failed`; nothing is injected any more.
	 */
	readonly X11Screen: new (options: {
		display: string;
		onEnd: (end: NativeEnd) => void;
	}) => X11Screen;
	/** Throws an Error with `code` as `X11Screen` does. */
	readonly X11Clipboard: new (
		options: X11ClipboardOptions,
	) => X11Clipboard;
	readonly PixelSource: new (options: PixelSourceOptions) => PixelSource;
	/**
	 * `onEvents` is called soon after something happened that `take` tells of; `onEnd` when the pool's thread has failed and
	 * nothing is sent any more, at most once, never after `close()`.
	 */
	readonly RtpPool: new (options: {
		onEvents: () => void;
		onEnd: (end: NativeEnd) => void;
	}) => NativeRtpPool;
	readonly PixelEncoder: new (options: PixelEncoderOptions) => PixelEncoder;
	/** Only where the build has a decoder. Throws an Error `decoder-unavailable`. */
	readonly FrameDecoder?: new (
		options: FrameDecoderOptions,
	) => FrameDecoder;
	readonly StreamSocket: new (options: StreamSocketOptions) => StreamSocket;
	readonly VsockListener: new (options: {
		readonly cid: number;
		readonly port: number;
		/** A descriptor, for a StreamSocket. */
		readonly onConnection: (descriptor: number) => void;
		/** It listens no more. */
		readonly onEnd: (end: NativeEnd) => void;
	}) => VsockListener;
}

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
