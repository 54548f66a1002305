import type { Size } from "../../signaling/protocol/device.ts";
import type { Rate } from "../devices/provider.ts";
import type { MaxBitrates, TargetBitrates } from "../webrtc/media.ts";

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

/** Below this a frame is no use to anybody, whatever a path carries; bits per second. */
const LEAST_BITRATE = 50_000;
/** Bit rates of small renditions. */
const LEAST_SMALL = 300_000;
const MOST_SMALL = 2_500_000;
/** A frame with a shorter side has no small rendition. */
const SHORTEST_TO_HALVE = 32;

/** Rates of a source's renditions; a rendition without one is not made. */
export interface SourceRates {
	readonly main?: Rate | undefined;
	readonly small?: Rate | undefined;
}

/** The highest useful rates of a device's renditions. `canScale`: its source can make the small one. */
export function mostRates(
	pixels: Size,
	asked: Partial<Rate>,
	canScale: boolean,
): SourceRates & { readonly main: Rate } {
	const main = rateFor(pixels, asked);
	if (!canScale || Math.min(pixels.width, pixels.height) < SHORTEST_TO_HALVE) return { main };
	// A quarter of the pixels half as often: twice the bits a pixel, as text of half the size needs them.
	const quarter = Math.min(MOST_SMALL, Math.max(LEAST_SMALL, main.bitrate / 4));
	const bitrate = Math.round(Math.min(quarter, main.bitrate / 2));
	return { main, small: { bitrate, frameRate: Math.max(1, main.frameRate / 2) } };
}

/** The bitrates alone, as a track takes them. */
export function maxBitratesOf({ main, small }: SourceRates & { readonly main: Rate }): MaxBitrates {
	return { main: main.bitrate, ...(small && { small: small.bitrate }) };
}

/**
 * What of the highest rates is wanted; before anybody said so, the main rendition is. What `gateways` wish for counts where
 * WebRTC's viewers want nothing of a rendition: where they do, its rate suits their paths, and gateways take what there is.
 */
export function wantedRates(
	most: SourceRates & { readonly main: Rate },
	targetBitrates: TargetBitrates | undefined,
	gateways: TargetBitrates = {},
): SourceRates {
	const anyGateway = gateways.main !== undefined || gateways.small !== undefined;
	if (!targetBitrates && !anyGateway) return { main: most.main };
	return {
		main: within(most.main, targetBitrates?.main ?? gateways.main),
		small: within(most.small, targetBitrates?.small ?? gateways.small),
	};
}

function within(most: Rate | undefined, bitrate: number | undefined): Rate | undefined {
	if (!most || bitrate === undefined) return undefined;
	return { ...most, bitrate: Math.round(Math.min(most.bitrate, Math.max(LEAST_BITRATE, bitrate))) };
}
