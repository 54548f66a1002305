import type { MonotonicTime, WallClock } from "../../../signaling/protocol/time.ts";
import type { Addon, PixelSource } from "../../native/addon.ts";
import type { Clock } from "../clock.ts";
import { chooseEncoder } from "../encoder-choice.ts";
import { FrameLoop } from "../frame-loop.ts";
import { withNativeErrors } from "../native-errors.ts";
import type { DeviceEnd, Rate, Rendition, Source, SourceOptions } from "../provider.ts";
import type { PhoneScreen } from "./phone-screen.ts";
import type { Renderer } from "./renderer.ts";

const MINUTE = 60_000;

/**
 * The encoder may go this much faster than the loop draws. Else a frame drawn early for input would leave the
 * encoder's pace behind for good, and every later one would wait for it.
 */
const HEADROOM = 1.1;

interface DemoSourceParts {
	readonly addon: Pick<Addon, "encoders" | "PixelSource">;
	readonly clock: Clock;
	readonly wall: WallClock;
	readonly screen: PhoneScreen;
	readonly renderer: Renderer;
	readonly options: SourceOptions;
	readonly onClose: () => void;
}

/** Draws the demo's screen when it changes and encodes it. */
export class DemoSource implements Source {
	readonly canScale = true;
	readonly #parts: DemoSourceParts;
	readonly #loop: FrameLoop;
	#renderer: Renderer;
	#rate: Rate | undefined;
	#smallRate: Rate | undefined;
	#encoder: PixelSource;
	/** The encoder has not seen a frame yet: its first one is new all over. */
	#first = true;
	#closed = false;
	#cancelMinute = () => {};

	/** Throws PortholeError `encoder-unavailable`. */
	constructor(parts: DemoSourceParts) {
		this.#parts = parts;
		this.#renderer = parts.renderer;
		this.#rate = parts.options;
		this.#encoder = this.#openEncoder();
		this.#loop = new FrameLoop(parts.clock, parts.options.frameRate, (now) => this.#draw(now));
		this.#loop.nudge();
		this.#awaitMinute();
	}

	get encoder(): string {
		return this.#encoder.encoder;
	}

	/** Something on the screen changed. */
	screenChanged(): void {
		this.#loop.nudge();
	}

	/** The screen was turned: goes on with a frame of its new size, which begins with a keyframe. */
	turn(renderer: Renderer): void {
		this.#encoder.close();
		this.#renderer = renderer;
		this.#encoder = this.#openEncoder();
		this.#first = true;
	}

	requestKeyframe(rendition: Rendition): void {
		if (!this.#closed) this.#encoder.requestKeyframe(rendition);
	}

	setRate(rate: Rate | undefined): void {
		if (this.#closed) return;
		this.#rate = rate;
		this.#pace();
		this.#encoder.setRate(withHeadroom(rate));
	}

	setSmallRate(rate: Rate | undefined): void {
		if (this.#closed) return;
		this.#smallRate = rate;
		this.#pace();
		this.#encoder.setSmallRate(withHeadroom(rate));
	}

	/** There is no screen to draw any more. */
	end(end: DeviceEnd): void {
		if (this.#closed) return;
		void this.close();
		this.#parts.options.sink.ended(end);
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#loop.stop();
		this.#cancelMinute();
		this.#encoder.close();
		this.#parts.onClose();
	}

	#openEncoder(): PixelSource {
		const { addon, options } = this.#parts;
		const { bitrate, frameRate } = this.#rate ?? options;
		const encoder: PixelSource = withNativeErrors(
			() =>
				new addon.PixelSource({
					width: this.#renderer.width,
					height: this.#renderer.height,
					format: "rgba",
					encoder: chooseEncoder(addon, options.encoder),
					bitrate,
					frameRate: frameRate * HEADROOM,
					onAccessUnit: (unit) => {
						if (encoder !== this.#encoder || this.#closed) return;
						if (unit.encoder !== undefined) options.sink.encoderChanged?.(unit.encoder);
						options.sink.accessUnit(unit);
					},
					onEnd: (end) => {
						if (encoder !== this.#encoder || this.#closed) return;
						void this.close();
						options.sink.ended(end);
					},
				}),
		);
		if (!this.#rate) encoder.setRate(undefined);
		encoder.setSmallRate(withHeadroom(this.#smallRate));
		return encoder;
	}

	/** Draws as often as anything of it is taken; before the encoder goes on, so that it begins with the present screen. */
	#pace(): void {
		const rate = this.#rate ?? this.#smallRate;
		if (rate) this.#loop.frameRate = rate.frameRate;
		this.#loop.paused = rate === undefined;
	}

	#draw(now: MonotonicTime): boolean {
		const { screen } = this.#parts;
		screen.advance(now);
		const { pixels, width, changed } = this.#renderer.draw(now);
		this.#encoder.encode(pixels, width * 4, this.#first ? [] : changed, now);
		this.#first = false;
		return screen.busy;
	}

	/** The clock in the status bar is right even when nothing else moves. */
	#awaitMinute(): void {
		const { clock, wall } = this.#parts;
		this.#cancelMinute = clock.after(MINUTE - (wall() % MINUTE) + 1, () => {
			this.#awaitMinute();
			this.#loop.nudge();
		});
	}
}

function withHeadroom(rate: Rate | undefined): Rate | undefined {
	return rate && { bitrate: rate.bitrate, frameRate: rate.frameRate * HEADROOM };
}
