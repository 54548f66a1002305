import type { Clock } from "../devices/clock.ts";
import type { FrameFeed, Picture, Pictures } from "./picture-feed.ts";
import { PendingFrame } from "./waiting-picture.ts";

/** Between two screenshots, ms: a device draws and compresses each on its own account. */
const POLL = 250;

/** Pictures out of a device's screenshots, small and seldom, where the build has no decoder. Has no other scale than theirs. */
export class ScreenshotFrames implements Pictures {
	readonly #feed: Pick<FrameFeed, "screenshot">;
	readonly #clock: Clock;
	readonly #waiting = new PendingFrame();
	#last: Uint8Array | undefined;
	#cancelPoll: (() => void) | undefined;

	constructor(feed: Pick<FrameFeed, "screenshot">, clock: Clock) {
		this.#feed = feed;
		this.#clock = clock;
	}

	next(): Promise<Picture> {
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
