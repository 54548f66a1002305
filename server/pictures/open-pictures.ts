import type { Clock } from "../devices/clock.ts";
import type { Addon } from "../native/addon.ts";
import { DecodedFrames } from "./decoded-pictures.ts";
import type { FrameFeed, Pictures } from "./picture-feed.ts";
import { ScreenshotFrames } from "./screenshot-pictures.ts";

/** What pictures are made with: the addon's decoder where the build has one. */
export interface FrameMaker {
	readonly decoder: Addon["PictureDecoder"];
	readonly clock: Clock;
}

/** Begins to follow a device's screen. Throws the addon's Error `decoder-unavailable`. */
export function openFrames(feed: FrameFeed, { decoder, clock }: FrameMaker, scale: number): Pictures {
	return decoder ? new DecodedFrames(feed, decoder, scale) : new ScreenshotFrames(feed, clock);
}
