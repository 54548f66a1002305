import type { DeviceDescription, DeviceKind, Orientation } from "../../signaling/protocol/device.ts";
import type { CharacterKey, Notches } from "../../signaling/protocol/input.ts";
import type { MonotonicTime } from "../../signaling/protocol/time.ts";

/** Finds devices of one kind and opens them. */
export interface DeviceProvider {
	/** First part of the specs it understands, such as `x11` in `x11::0`. */
	readonly scheme: string;
	/** How its specs are written, such as `desktop:[WIDTHxHEIGHT]`, and what they show; for the help. */
	readonly usage: string;
	readonly shows: string;
	/** Its options by name, with what each does, besides those of every kind (`commonOptions`); others are refused. */
	readonly options: Readonly<Record<string, string>>;
	/** Specs of devices that are here now, for when nobody named one. */
	find(): Promise<string[]>;
	/** The specs of all devices that one spec stands for, such as `simulator:all`. Absent: each stands for itself. */
	expand?(spec: DeviceSpec): Promise<string[]>;
	/** Makes the device that a spec names; capture starts only with `openSource`. */
	open(spec: DeviceSpec): Promise<Device>;
}

/** A parsed device spec: `scheme:target?option=value`. */
export interface DeviceSpec {
	readonly text: string;
	readonly scheme: string;
	/** Between the first colon and the question mark; may be empty. */
	readonly target: string;
	readonly options: URLSearchParams;
}

/** Something with a screen and, often, inputs. Its id stays the same over restarts. */
export interface Device {
	readonly id: string;
	readonly input: InputSink;
	/** What may be told to viewers now, except for viewers and live state, which the host knows. */
	describe(): DeviceFacts;
	/** Calls back after each change of `describe()`. */
	onChange(listener: () => void): void;
	/** Calls back once when the device is gone by itself; at once if it already is. */
	onEnd(listener: (end: DeviceEnd) => void): void;
	/** Starts capture and encoding; at most one source is open at a time. */
	openSource(options: SourceOptions): Promise<Source>;
	/** The screen as it is now, small enough for a card. */
	screenshot(): Promise<Screenshot>;
	/** Switches it on or off; settles when the order was taken, `describe().power` tells the rest. Absent: it cannot be. */
	setPower?(on: boolean): Promise<void>;
	/** Turns it as a hand would. Absent: it cannot be turned. */
	setOrientation?(orientation: Orientation): Promise<void>;
	/** A PNG of `describe().bezel`, at most 512 KiB, by its name. Throws PortholeError `no-such-bezel-image`. */
	bezelImage?(name: string): Promise<Uint8Array>;
	/** The device's own clipboard. Absent: it has none, or `?clipboard=off` keeps it to itself. */
	readonly clipboard?: DeviceClipboard;
	/** Its keyboard is all that types: other text than printable ASCII comes by way of its clipboard, which it replaces. */
	readonly typesAsciiOnly?: true;
	/** Shakes it. */
	shake?(): Promise<void>;
	/** Follows what its system logs, until the function returned is called. */
	log?(options: DeviceLogOptions, sink: DeviceLogSink): () => void;
	close(): Promise<void>;
}

/** What is on a clipboard. */
export type ClipboardContent =
	| { readonly format: "text"; readonly text: string }
	| { readonly format: "image"; readonly png: Uint8Array };

/** What programs on the device copied, or are to paste. All methods throw PortholeError where the device fails. */
export interface DeviceClipboard {
	/** It holds images too. */
	readonly images: boolean;
	/** The modifier of its shortcuts; absent: any. */
	readonly shortcut?: "control" | "meta";
	/** What is on it; nothing where that cannot be read or is a secret. Absent: `?clipboard` lets nothing out. */
	read?(): Promise<ClipboardContent | undefined>;
	/** Settles when programs can paste it. Absent: `?clipboard` lets nothing in. */
	write?(content: ClipboardContent): Promise<void>;
	/** Calls back when a program copied something, but not for `write`. Absent: it has to be asked. */
	onCopy?(listener: () => void): void;
}

/** What of a log is wanted. */
export interface DeviceLogOptions {
	readonly level: "default" | "info" | "debug";
	readonly style: "default" | "compact" | "json" | "ndjson" | "syslog";
	/** In the device's own language for such. */
	readonly predicate?: string;
	/** Of one program only. */
	readonly bundleId?: string;
}

/** Where a log's lines go; nothing comes after `ended`. */
export interface DeviceLogSink {
	line(text: string): void;
	ended(reason: string): void;
}

/** The part of a description that the device itself knows. */
export type DeviceFacts = Omit<
	DeviceDescription,
	"id" | "host" | "viewers" | "since" | "state" | "encoder" | "policy" | "kind" | "clipboard"
> & { readonly kind: DeviceKind };

/** Why a device or a source ended by itself. */
export interface DeviceEnd {
	/** Stable code, such as `display-vanished`. */
	readonly code: string;
	/** For people. */
	readonly message: string;
}

/** A JPEG of the screen. */
export interface Screenshot {
	readonly type: "image/jpeg";
	readonly data: Uint8Array;
}

/** Rates a source aims at. */
export interface Rate {
	/** Bits per second. */
	readonly bitrate: number;
	/** Upper bound, frames per second. */
	readonly frameRate: number;
}

/** `main` is the device's own size; `small` has half of it in each direction and at most half the frames. */
export type Rendition = "main" | "small";

export interface SourceOptions extends Rate {
	/** Encoder asked for by the user; the source picks its default when absent. */
	readonly encoder?: string;
	readonly sink: SourceSink;
}

/** Where a source's access units go. */
export interface SourceSink {
	accessUnit(unit: AccessUnit): void;
	/** The encoder in words is another than `Source.encoder` said. */
	encoderChanged?(encoder: string): void;
	/** The source ended by itself; never called after `close()`. */
	ended(end: DeviceEnd): void;
}

/** One coded frame in Annex B. Keyframes are IDR frames with SPS and PPS before them. */
export interface AccessUnit {
	readonly data: Uint8Array;
	/** When the pixels were read. */
	readonly captureTime: MonotonicTime;
	/** When the encoder was done, same clock. */
	readonly encodedTime: MonotonicTime;
	readonly keyframe: boolean;
	readonly width: number;
	readonly height: number;
	/** Absent: `main`. */
	readonly rendition?: Rendition;
}

/** Gives the access units of one device; one source, one encoder, however many viewers. */
export interface Source {
	/** Encoder and profile in words, for the stats panel. */
	readonly encoder: string;
	/** Whether it can make the small rendition; a source that passes on somebody else's H.264 cannot. */
	readonly canScale: boolean;
	requestKeyframe(rendition: Rendition): void;
	/** Rate of the main rendition; absent: nobody takes it, it pauses until a rate is set again (with a keyframe). */
	setRate(rate: Rate | undefined): void;
	/** Rate of the small rendition, which is made only while it has one; it starts with a keyframe. */
	setSmallRate(rate: Rate | undefined): void;
	close(): Promise<void>;
}

/**
 * Takes input already checked and merged over viewers. Coordinates are 0..1 of the frame as it comes, origin top left.
 * Calls give whole states where they can, so that nothing is left pressed when a message is lost.
 */
export interface InputSink {
	/**
	 * Moves the pointer; `buttons` is the set held, as in DOM `MouseEvent.buttons` (1 left, 2 right, 4 middle, 8 back, 16
	 * forward).
	 */
	pointer(x: number, y: number, buttons: number): void;
	/** Scrolls by device pixels at a place; positive is right and down. `notches`: how far a wheel that has them turned. */
	wheel(x: number, y: number, dx: number, dy: number, notches?: Notches): void;
	/** A key by position, as in DOM `KeyboardEvent.code`. */
	key(code: string, down: boolean): void;
	/**
	 * Presses the key that gives a character here, until `key` releases its position. Absent: the host takes it that the
	 * device has a US keyboard without locks.
	 */
	press?(key: CharacterKey): void;
	/** Types text as it is. */
	text(text: string): void;
	/** The whole set of contacts now on the screen, at most ten. */
	touch(contacts: readonly Contact[]): void;
	/** One of the device's own buttons, by the id in its description. */
	button(id: string, down: boolean): void;
}

/** One finger on the screen. */
export interface Contact {
	/** 0..9, stable while the finger is down. */
	readonly id: number;
	readonly x: number;
	readonly y: number;
	/** It came over this edge of the screen, which systems read as a gesture of their own. Absent: the device decides. */
	readonly edge?: "left" | "top" | "right" | "bottom";
}
