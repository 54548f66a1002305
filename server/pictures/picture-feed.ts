import type { AccessUnit, Rendition, Screenshot } from "../devices/provider.ts";

/** Where the pictures of a device come from: somebody's visit at it, and the device itself. */
export interface FrameFeed {
	/** Has access units come, beginning with a keyframe. */
	watch(watcher: { readonly rendition: Rendition; unit(unit: AccessUnit): void }): FrameWatching;
	/** For builds without a decoder: the screen as it is now, as small as the device gives it. */
	screenshot(): Promise<Screenshot>;
}

export interface FrameWatching {
	requestKeyframe(): void;
	close(): void;
}

/** Pictures of a screen, one at a time. */
export interface Pictures {
	/**
	 * The newest picture that differs from the last one given, as soon as there is one. One call at a time. Rejects
	 * with PortholeError `pictures-closed` when it was closed, or as the device does.
	 */
	next(): Promise<Picture>;
	/** Whole divisor of width and height, 1..4, of the next picture. */
	setScale(scale: number): void;
	close(): void;
}

/** Pixels, or a JPEG where somebody else has compressed it. */
export type Picture =
	| { readonly type: "pixels"; readonly width: number; readonly height: number; readonly data: Uint8Array }
	| { readonly type: "jpeg"; readonly data: Uint8Array };
