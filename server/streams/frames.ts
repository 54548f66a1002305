import { knownCode } from "../../signaling/protocol/error-codes.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { Clock } from "../devices/clock.ts";
import type { AccessUnit, Rendition, Screenshot } from "../devices/provider.ts";
import type { Addon, ColourMatrix, FrameDecoder } from "../native/addon.ts";
import { colourMatrixOf } from "./colour-matrix.ts";

/** Where the frames of a device come from: somebody's visit at it, and the device itself. */
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

/** FrameReader of a screen, one at a time. */
export interface FrameReader {
	/**
	 * The newest frame that differs from the last one given, as soon as there is one. One call at a time. Rejects
	 * with PortholeError `frames-closed` when it was closed, or as the device does.
	 */
	next(): Promise<FrameImage>;
	/** Whole divisor of width and height, 1..4, of the next frame. */
	setScale(scale: number): void;
	close(): void;
}

/** Pixels, or a JPEG where somebody else has compressed it. */
export type FrameImage =
	| { readonly type: "pixels"; readonly width: number; readonly height: number; readonly data: Uint8Array }
	| { readonly type: "jpeg"; readonly data: Uint8Array };

/** What frames are made with: the addon's decoder where the build has one. */
export interface FrameMaker {
	readonly decoder: Addon["FrameDecoder"];
	readonly clock: Clock;
}

/** Begins to follow a device's screen. Throws the addon's Error `decoder-unavailable`. */
export function openFrames(feed: FrameFeed, { decoder, clock }: FrameMaker, scale: number): FrameReader {
	return decoder ? new DecodedFrames(feed, decoder, scale) : new ScreenshotFrames(feed, clock);
}

/** FrameReader of a device at its full size, decoded from what its encoder makes for everybody. */
class DecodedFrames implements FrameReader {
	readonly #decoder: FrameDecoder;
	readonly #watching: FrameWatching;
	readonly #waiting = new PendingFrame();
	#matrix: ColourMatrix = "bt601";
	#failure: PortholeError | undefined;

	/** Throws the addon's Error `decoder-unavailable`. */
	constructor(feed: FrameFeed, Decoder: NonNullable<Addon["FrameDecoder"]>, scale: number) {
		this.#decoder = new Decoder({
			scale,
			onFrame: (pixels) => this.#waiting.give({ type: "pixels", ...pixels }),
			onKeyframeWanted: () => this.#watching.requestKeyframe(),
			onEnd: ({ code, message }) => this.#fail(new PortholeError(knownCode(code, "decoder-failed"), message)),
		});
		try {
			this.#watching = feed.watch({
				rendition: "main",
				unit: ({ data, keyframe }) => {
					if (keyframe) this.#matrix = colourMatrixOf(data);
					this.#decoder.decode(data, keyframe, this.#matrix);
				},
			});
		} catch (error) {
			this.#decoder.close();
			throw error;
		}
	}

	next(): Promise<FrameImage> {
		if (this.#failure) return Promise.reject(this.#failure);
		const next = this.#waiting.wait();
		this.#decoder.want();
		return next;
	}

	setScale(scale: number): void {
		this.#decoder.setScale(scale);
	}

	#fail(error: PortholeError): void {
		this.#failure = error;
		this.#waiting.fail(error);
	}

	close(): void {
		if (this.#waiting.closed) return;
		this.#waiting.close();
		this.#watching.close();
		this.#decoder.close();
	}
}

/** Between two screenshots, ms: a device draws and compresses each on its own account. */
const POLL = 250;

/** FrameReader out of a device's screenshots, small and seldom, where the build has no decoder. Has no other scale than theirs. */
class ScreenshotFrames implements FrameReader {
	readonly #feed: Pick<FrameFeed, "screenshot">;
	readonly #clock: Clock;
	readonly #waiting = new PendingFrame();
	#last: Uint8Array | undefined;
	#cancelPoll: (() => void) | undefined;

	constructor(feed: Pick<FrameFeed, "screenshot">, clock: Clock) {
		this.#feed = feed;
		this.#clock = clock;
	}

	next(): Promise<FrameImage> {
		const next = this.#waiting.wait();
		if (!this.#cancelPoll) void this.#poll();
		return next;
	}

	setScale(): void {}

	close(): void {
		this.#waiting.close();
		this.#cancelPoll?.();
		this.#cancelPoll = undefined;
	}

	async #poll(): Promise<void> {
		try {
			const { data } = await this.#feed.screenshot();
			if (this.#waiting.closed) return;
			this.#cancelPoll = this.#clock.after(POLL, () => this.#again());
			if (this.#last && Buffer.compare(this.#last, data) === 0) return;
			this.#last = data;
			this.#waiting.give({ type: "jpeg", data });
		} catch (error) {
			this.#waiting.fail(error);
		}
	}

	#again(): void {
		this.#cancelPoll = undefined;
		if (this.#waiting.waits) void this.#poll();
	}
}

/** Somebody who waits for the next frame; at most one does at a time. */
class PendingFrame {
	#waiting: PromiseWithResolvers<FrameImage> | undefined;
	#closed = false;

	get closed(): boolean {
		return this.#closed;
	}

	/** Whether somebody waits. */
	get waits(): boolean {
		return this.#waiting !== undefined;
	}

	/** Rejects with PortholeError `frames-closed`, or `frame-awaited` when somebody waits already. */
	wait(): Promise<FrameImage> {
		if (this.#closed) return Promise.reject(framesClosed());
		if (this.#waiting) {
			const words = "A frame is awaited already; ask for the next one once it has come.";
			return Promise.reject(new PortholeError("frame-awaited", words));
		}
		this.#waiting = Promise.withResolvers();
		return this.#waiting.promise;
	}

	give(frame: FrameImage): void {
		this.#take()?.resolve(frame);
	}

	fail(error: unknown): void {
		this.#take()?.reject(error);
	}

	close(): void {
		this.#closed = true;
		this.fail(framesClosed());
	}

	#take(): PromiseWithResolvers<FrameImage> | undefined {
		const waiting = this.#waiting;
		this.#waiting = undefined;
		return waiting;
	}
}

/** Why nobody gets a frame any more who waits for one. */
export function framesClosed(): PortholeError {
	return new PortholeError("frames-closed", "There are no more frames: their reader has closed them.");
}
