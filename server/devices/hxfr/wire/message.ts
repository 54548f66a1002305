/**
 * HXFR, the protocol in which H.264 of virtual machines' screens travels, as its users speak it since February 2026. One
 * byte stream, everything little-endian and packed. A message is a header of 12 bytes and a payload:
 *
 * | offset | size | field |
 * |---|---|---|
 * | 0 | 4 | `HXFR` |
 * | 4 | 1 | type |
 * | 5 | 1 | flags; bit 0: raw pixels follow a frame request |
 * | 6 | 2 | session: the scanout where there is one |
 * | 8 | 4 | bytes of payload |
 *
 * In generation 1 the client asks for each frame (frame request, which may carry its pixels); in generation 2 it
 * subscribes to a scanout, whose frames are pushed as frame responses. Stock ends skip types they do not know, so ours
 * are in a free range, 0x40 to 0x46:
 *
 * | type | name | payload |
 * |---|---|---|
 * | 0x40 | hello, client → host | u16 version (1), u16 zero |
 * | 0x41 | scanouts, host → client | u16 version, u16 count, u32 features (bit 0 keyframe requests are heeded, 1 input is taken, 2 pts is the capture time and dts the end of encoding, ns since the Unix epoch); count × (u32 id, u32 width, u32 height, u8 inputs (bits: pointer, wheel, keys, text, touch), u8 bytes of name, UTF-8 name) |
 * | 0x42 | input, client → host | u32 scanout, then a message of `signaling/protocol/input.ts` |
 * | 0x43 | screenshot request, client → host | u32 scanout |
 * | 0x44 | screenshot, host → client | u32 scanout, JPEG; none where there is no screenshot |
 * | 0x45 | scanout ended, host → client | u32 scanout, UTF-8 reason; no frames come until it is subscribed to again |
 * | 0x46 | unsubscribe, client → host | u32 scanout |
 *
 * The answer to a hello comes at once, and again whenever it would be another. A client that sends hello and then ping knows
 * by the pong that the host is a stock one.
 */
export const MAGIC = 0x52465848;
export const HEADER_BYTES = 12;
export const PIXEL_DATA = 1;

/** Version that `hello` and `scanouts` carry. */
export const VERSION = 1;
/** Features in `scanouts`. */
export const FEATURE = { keyframes: 1, input: 2, times: 4 } as const;

/** DRM fourccs of raw pixels. */
export const FORMAT = { bgra: 0x34325241, rgba: 0x34324241, nv12: 0x3231564e } as const;

/** Codes in `error` messages. */
export const ERROR_CODE = {
	invalid: -1,
	notFound: -2,
	encodeFailed: -5,
	notConfigured: -6,
	internal: -99,
} as const;

/** What the client asks an encoder for, or what it got. Bit rate in bits per second, level times ten. */
export interface Config {
	readonly width: number;
	readonly height: number;
	readonly bitrate: number;
	readonly frameRate: { readonly numerator: number; readonly denominator: number };
	/** 66 baseline, 77 main, 100 high. */
	readonly profile: number;
	readonly level: number;
	readonly realtime: boolean;
}

/** One scanout in a list. */
export interface ScanoutFacts {
	readonly id: number;
	readonly width: number;
	readonly height: number;
	/** Bits of `INPUT_KINDS`, in its order. */
	readonly inputs: number;
	/** At most 255 bytes as UTF-8. */
	readonly name: string;
}

/** Kinds of input in the order of their bits in a list of scanouts. */
export const INPUT_KINDS = ["pointer", "wheel", "keys", "text", "touch"] as const;

/** Times are nanoseconds. */
export interface FrameRequest {
	readonly type: "frame-request";
	/** 0: the machine's own screen, or none where pixels come along. */
	readonly resourceId: number;
	readonly width: number;
	readonly height: number;
	readonly format: number;
	/** Bytes a row of the first plane. */
	readonly stride: number;
	readonly pts: bigint;
	readonly duration: bigint;
	readonly forceKeyframe: boolean;
	readonly pixels?: Uint8Array;
}

/** An access unit, most often in one piece. */
export interface FrameResponse {
	readonly type: "frame-response";
	readonly pts: bigint;
	readonly dts: bigint;
	readonly keyframe: boolean;
	readonly pieces: readonly Uint8Array[];
}

export type Message = { readonly session: number } & (
	| FrameRequest
	| FrameResponse
	| { readonly type: "keyframe-request" }
	| { readonly type: "config-request"; readonly config: Config }
	/** Stock hosts never send it and say nothing of its payload; ours tells what is in force. */
	| { readonly type: "config-response"; readonly config?: Config }
	| { readonly type: "ping" }
	| { readonly type: "pong" }
	| {
			readonly type: "enable-scanout";
			readonly scanout: number;
			readonly width: number;
			readonly height: number;
			/** Hz. */
			readonly refreshRate: number;
	  }
	| { readonly type: "disable-scanout"; readonly scanout: number }
	| {
			readonly type: "scanout-response";
			readonly scanout: number;
			readonly success: boolean;
			readonly connector: string;
	  }
	| { readonly type: "subscribe"; readonly scanout: number }
	| { readonly type: "subscribe-response"; readonly scanout: number; readonly success: boolean }
	| { readonly type: "error"; readonly code: number; readonly message: string }
	| { readonly type: "hello"; readonly version: number }
	| {
			readonly type: "scanouts";
			readonly version: number;
			readonly features: number;
			readonly scanouts: readonly ScanoutFacts[];
	  }
	| { readonly type: "input"; readonly scanout: number; readonly input: Uint8Array }
	| { readonly type: "unsubscribe"; readonly scanout: number }
	| { readonly type: "screenshot-request"; readonly scanout: number }
	| { readonly type: "screenshot"; readonly scanout: number; readonly jpeg: Uint8Array }
	| { readonly type: "scanout-ended"; readonly scanout: number; readonly reason: string }
);

export type MessageType = Message["type"];

/** The number of each type. */
export const TYPE_NUMBER: Readonly<Record<MessageType, number>> = {
	"frame-request": 0x01,
	"frame-response": 0x02,
	"keyframe-request": 0x03,
	"config-request": 0x04,
	"config-response": 0x05,
	ping: 0x10,
	pong: 0x11,
	"enable-scanout": 0x20,
	"disable-scanout": 0x21,
	"scanout-response": 0x22,
	subscribe: 0x30,
	"subscribe-response": 0x31,
	hello: 0x40,
	scanouts: 0x41,
	input: 0x42,
	"screenshot-request": 0x43,
	screenshot: 0x44,
	"scanout-ended": 0x45,
	unsubscribe: 0x46,
	error: 0xff,
};

/** Longest access unit, bytes. */
export const MAX_UNIT = 16 * 1024 * 1024;
/** Most raw pixels with one frame request, bytes. */
export const MAX_PIXELS = 64 * 1024 * 1024;
/** Most pieces of one access unit: as many slices as nobody makes. */
export const MAX_PIECES = 1024;
/** What is not known is skipped up to here, bytes. */
export const MAX_SKIPPED = 64 * 1024 * 1024;
/** Longest JPEG of a screenshot, bytes. */
export const MAX_SCREENSHOT = 512 * 1024;
/** Widest and highest frame. */
export const MAX_SIDE = 8192;

const FRAME_REQUEST_BYTES = 44;
/** What has no layout in the protocol may still carry something. */
const MAX_LOOSE = 4096;

/** Fewest and most bytes of payload of each type. */
export const PAYLOAD_BYTES: Readonly<Record<MessageType, readonly [number, number]>> = {
	"frame-request": [FRAME_REQUEST_BYTES, FRAME_REQUEST_BYTES + MAX_PIXELS],
	"frame-response": [24, 24 + MAX_UNIT + 4 * MAX_PIECES],
	"keyframe-request": [0, MAX_LOOSE],
	"config-request": [28, 28],
	"config-response": [0, MAX_LOOSE],
	ping: [0, MAX_LOOSE],
	pong: [0, MAX_LOOSE],
	"enable-scanout": [16, 16],
	"disable-scanout": [4, 4],
	"scanout-response": [72, 72],
	subscribe: [4, 4],
	"subscribe-response": [8, 8],
	hello: [4, 4],
	scanouts: [8, MAX_LOOSE],
	input: [5, 4 + 8192],
	"screenshot-request": [4, 4],
	screenshot: [4, 4 + MAX_SCREENSHOT],
	"scanout-ended": [4, 4 + 1024],
	unsubscribe: [4, 4],
	error: [260, 260],
};

/** Bytes that a request's pixels must have at least, in its format; undefined for formats that nobody reads. */
export function pixelBytes({
	format,
	stride,
	width,
	height,
}: Pick<FrameRequest, "format" | "stride" | "width" | "height">): number | undefined {
	if (format === FORMAT.nv12) return stride >= width ? stride * (height + Math.ceil(height / 2)) : undefined;
	if (format !== FORMAT.bgra && format !== FORMAT.rgba) return undefined;
	return stride >= width * 4 ? stride * (height - 1) + width * 4 : undefined;
}
