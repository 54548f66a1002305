import type { NativeAccessUnit, PixelSource } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import type { FrameFeed, FrameWatching } from "../../server/streams/frames.ts";

/** A screen of one colour that openh264 codes for whoever watches it, as a device's source does. */
export class CodedScreen implements FrameFeed {
	readonly width: number;
	readonly height: number;
	readonly #encoder: PixelSource;
	readonly #watchers = new Set<Parameters<FrameFeed["watch"]>[0]>();
	/** Small frames of it, for builds without a decoder. */
	screenshots: Uint8Array[] = [];
	/** Capture time of the last frame that watchers got, ms. */
	lastPassed = 0;

	constructor(width = 320, height = 240) {
		this.width = width;
		this.height = height;
		this.#encoder = new (loadAddon().PixelSource)({
			width,
			height,
			format: "rgba",
			encoder: "openh264",
			bitrate: 4_000_000,
			frameRate: 60,
			onAccessUnit: (unit) => this.#pass(unit),
			onEnd() {},
		});
	}

	get watchers(): number {
		return this.#watchers.size;
	}

	/** Shows a colour: red, green, blue. Returns the capture time of its frame. */
	show(colour: readonly [number, number, number]): number {
		const pixel = [...colour, 255];
		const pixels = new Uint8Array(this.width * this.height * 4).map((_, at) => pixel[at % 4] ?? 0);
		const captureTime = Date.now();
		this.#encoder.encode(pixels, this.width * 4, [], captureTime);
		return captureTime;
	}

	watch(watcher: Parameters<FrameFeed["watch"]>[0]): FrameWatching {
		this.#watchers.add(watcher);
		this.#encoder.requestKeyframe("main");
		return {
			requestKeyframe: () => this.#encoder.requestKeyframe("main"),
			close: () => void this.#watchers.delete(watcher),
		};
	}

	async screenshot(): Promise<{ type: "image/jpeg"; data: Uint8Array }> {
		const data = this.screenshots.length > 1 ? this.screenshots.shift() : this.screenshots[0];
		if (!data) throw new Error("There is no screenshot.");
		return { type: "image/jpeg", data };
	}

	close(): void {
		this.#encoder.close();
	}

	#pass(unit: NativeAccessUnit): void {
		for (const watcher of this.#watchers) watcher.unit(unit);
		this.lastPassed = unit.captureTime;
	}
}
