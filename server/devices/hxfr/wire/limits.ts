import { FORMAT, type FrameRequest, type MessageType } from "./message.ts";

/** Longest access unit, bytes. */
export const MAX_UNIT = 16 * 1024 * 1024;
/** Most raw pixels with one frame request, bytes. */
export const MAX_PIXELS = 64 * 1024 * 1024;
/** Most pieces of one access unit: as many slices as nobody makes. */
export const MAX_PIECES = 1024;
/** What is not known is skipped up to here, bytes. */
export const MAX_SKIPPED = 64 * 1024 * 1024;
/** Longest JPEG of a screenshot, bytes. */
export const MAX_STILL = 512 * 1024;
/** Widest and highest picture. */
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
	screenshot: [4, 4 + MAX_STILL],
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
