import type { Size } from "../../signaling/protocol/device.ts";
import type { Rate } from "../devices/provider.ts";
import type { MaxBitrates, TargetBitrates } from "../webrtc/media.ts";

/** Bits that a pixel of a desktop in motion needs to look right, about 4 Mbit/s at 720p60. */
const BITS_PER_PIXEL = 0.072;
const MIN_DEFAULT_BITRATE = 1_500_000;
const MAX_DEFAULT_BITRATE = 20_000_000;

/** The rate a device's encoder starts with, unless the user said one. */
export function rateFor(pixels: Size, asked: Partial<Rate>): Rate {
	const frameRate = asked.frameRate ?? 60;
	const useful = pixels.width * pixels.height * frameRate * BITS_PER_PIXEL;
	const bitrate =
		asked.bitrate ?? Math.round(Math.min(MAX_DEFAULT_BITRATE, Math.max(MIN_DEFAULT_BITRATE, useful)));
	return { bitrate, frameRate };
}

/** Below this a frame is no use to anybody, whatever a path carries; bits per second. */
const MIN_BITRATE = 50_000;
/** Bounds of the highest useful bit rate of a small rendition. */
const MIN_SMALL_CEILING = 300_000;
const MAX_SMALL_CEILING = 2_500_000;
/** A frame with a shorter side has no small rendition. */
const SHORTEST_TO_HALVE = 32;

/** Rates of a source's renditions; a rendition without one is not made. */
export interface SourceRates {
	readonly main?: Rate | undefined;
	readonly small?: Rate | undefined;
}

/** The highest useful rates of a device's renditions. `canScale`: its source can make the small one. */
export function maxRates(
	pixels: Size,
	asked: Partial<Rate>,
	canScale: boolean,
): SourceRates & { readonly main: Rate } {
	const main = rateFor(pixels, asked);
	if (!canScale || Math.min(pixels.width, pixels.height) < SHORTEST_TO_HALVE) return { main };
	// A quarter of the pixels half as often: twice the bits a pixel, as text of half the size needs them.
	const quarter = Math.min(MAX_SMALL_CEILING, Math.max(MIN_SMALL_CEILING, main.bitrate / 4));
	const bitrate = Math.round(Math.min(quarter, main.bitrate / 2));
	return { main, small: { bitrate, frameRate: Math.max(1, main.frameRate / 2) } };
}

/** The bitrates alone, as a track takes them. */
export function maxBitratesOf({ main, small }: SourceRates & { readonly main: Rate }): MaxBitrates {
	return { main: main.bitrate, ...(small && { small: small.bitrate }) };
}

/**
 * The rates that a source is to make; before any viewer was heard, the main rendition at its highest. What `gateways` ask for
 * counts where no WebRTC viewer takes a rendition. Where one does, the rate suits its path, and gateways take what there is.
 */
export function targetRates(
	max: SourceRates & { readonly main: Rate },
	targetBitrates: TargetBitrates | undefined,
	gateways: TargetBitrates = {},
): SourceRates {
	const anyGateway = gateways.main !== undefined || gateways.small !== undefined;
	if (!targetBitrates && !anyGateway) return { main: max.main };
	return {
		main: within(max.main, targetBitrates?.main ?? gateways.main),
		small: within(max.small, targetBitrates?.small ?? gateways.small),
	};
}

function within(max: Rate | undefined, bitrate: number | undefined): Rate | undefined {
	if (!max || bitrate === undefined) return undefined;
	return { ...max, bitrate: Math.round(Math.min(max.bitrate, Math.max(MIN_BITRATE, bitrate))) };
}
