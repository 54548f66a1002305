import type { Size } from "../../signaling/protocol/device.ts";
import type { Rate } from "../devices/provider.ts";

/** Bits that a pixel of a desktop in motion needs to look right, about 4 Mbit/s at 720p60. */
const BITS_PER_PIXEL = 0.072;
const MIN_BITRATE = 1_500_000;
const MAX_BITRATE = 20_000_000;

/** The rate a device's encoder starts with, unless the user said one. */
export function rateFor(pixels: Size, asked: Partial<Rate>): Rate {
	const frameRate = asked.frameRate ?? 60;
	const wanted = pixels.width * pixels.height * frameRate * BITS_PER_PIXEL;
	const bitrate = asked.bitrate ?? Math.round(Math.min(MAX_BITRATE, Math.max(MIN_BITRATE, wanted)));
	return { bitrate, frameRate };
}
