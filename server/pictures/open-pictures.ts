import type { Clock } from "../devices/clock.ts";
import type { Addon } from "../native/addon.ts";
import { DecodedPictures } from "./decoded-pictures.ts";
import type { PictureFeed, Pictures } from "./picture-feed.ts";
import { ScreenshotPictures } from "./screenshot-pictures.ts";

/** What pictures are made with: the addon's decoder where the build has one. */
export interface PictureMaker {
	readonly decoder: Addon["PictureDecoder"];
	readonly clock: Clock;
}

/** Begins to follow a device's screen. Throws the addon's Error `decoder-unavailable`. */
export function openPictures(feed: PictureFeed, { decoder, clock }: PictureMaker, scale: number): Pictures {
	return decoder ? new DecodedPictures(feed, decoder, scale) : new ScreenshotPictures(feed, clock);
}
