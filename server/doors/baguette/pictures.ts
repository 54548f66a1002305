import type { DoorVisit } from "../door-host.ts";
import type { StreamSettings } from "./stream-control.ts";

export interface PictureRequest {
	readonly visit: Pick<DoorVisit, "watch">;
	/** Of JPEG, 0..1. */
	readonly quality: number;
	readonly settings: StreamSettings;
	readonly picture: (jpeg: Uint8Array) => void;
	readonly failed: (words: string) => void;
}

/** Pictures that come. */
export interface PictureTap {
	set(settings: StreamSettings): void;
	close(): void;
}

/** Has JPEGs of a device come: the newest one each time. */
export type OpenPictures = (request: PictureRequest) => PictureTap;
