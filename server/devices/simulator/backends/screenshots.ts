import type { Canvas } from "@napi-rs/canvas";
import { asSentence, messageOf } from "../../../../signaling/protocol/errors.ts";
import type { Addon, PixelSource } from "../../../native/addon.ts";
import type { Clock } from "../../clock.ts";
import { chooseEncoder } from "../../encoder-choice.ts";
import { withNativeErrors } from "../../native-errors.ts";
import type { Rate, Rendition, Screenshot, SourceOptions } from "../../provider.ts";
import type { Backend, BackendSource, BackendTarget, InputBackend } from "../backend.ts";
import { simulatorError } from "../errors.ts";
import { decodeImage, screenshotOfImage } from "../screenshot.ts";
import type { Screenshots } from "../tools/simctl.ts";

interface ScreenshotBackendParts {
	readonly screenshots: Screenshots;
	/** Throws PortholeError when `simctl` cannot be used. */
	readonly check: () => Promise<unknown>;
	readonly addon: Pick<Addon, "encoders" | "PixelSource">;
	readonly clock: Clock;
}

/** Simulators by frames that `simctl` takes, a few a second. `simctl` passes no touches and no keys on. */
export class ScreenshotBackend implements Backend {
	readonly name = "screenshots";
	readonly inputs = [] satisfies Backend["inputs"];
	readonly #parts: ScreenshotBackendParts;

	constructor(parts: ScreenshotBackendParts) {
		this.#parts = parts;
	}

	async ready(): Promise<string> {
		await this.#parts.check();
		return "pictures by simctl, without input";
	}

	openSource({ udid }: BackendTarget, options: SourceOptions): Promise<BackendSource> {
		const { addon, clock, screenshots } = this.#parts;
		return ScreenshotSource.open({ addon, clock, options, take: () => screenshots.take(udid) });
	}

	openInput({ name }: BackendTarget): InputBackend {
		throw simulatorError("no-input", `${name} is shown by screenshots; simctl passes no input on.`);
	}

	async screenshot({ udid }: BackendTarget): Promise<Screenshot> {
		return screenshotOfImage(await this.#parts.screenshots.take(udid));
	}
}

/** From one frame to the next, ms: taking one costs `simctl` a quarter of a second or so. */
export const EVERY = 250;
/** So many failures in a row, and the source ends. */
const MAX_FAILURES = 3;

interface ScreenshotSourceParts {
	readonly addon: Pick<Addon, "encoders" | "PixelSource">;
	readonly clock: Clock;
	readonly options: SourceOptions;
	/** A frame of the screen, as a JPEG or PNG. */
	readonly take: () => Promise<Uint8Array>;
}

/** Takes a frame of the screen again and again, and codes those that differ from the one before. */
export class ScreenshotSource implements BackendSource {
	readonly canScale = true;
	readonly #parts: ScreenshotSourceParts;
	#encoder: PixelSource;
	#size: { readonly width: number; readonly height: number };
	#last: Buffer | undefined;
	#rate: Rate | undefined;
	#smallRate: Rate | undefined;
	#failures = 0;
	#cancel = () => {};
	#looking = false;
	#closed = false;

	/** Settles with the first frame. Throws PortholeError as `take`, `no-screenshot` or `encoder-unavailable`. */
	static async open(parts: ScreenshotSourceParts): Promise<ScreenshotSource> {
		const first = await decodeImage(await parts.take());
		return new ScreenshotSource(parts, first);
	}

	private constructor(parts: ScreenshotSourceParts, first: Canvas) {
		this.#parts = parts;
		this.#rate = parts.options;
		this.#size = evenSize(first);
		this.#encoder = this.#openEncoder();
		this.#show(first);
		this.#later(EVERY);
	}

	get encoder(): string {
		return `screenshots, ${this.#encoder.encoder}`;
	}

	requestKeyframe(rendition: Rendition): void {
		if (!this.#closed) this.#encoder.requestKeyframe(rendition);
	}

	setRate(rate: Rate | undefined): void {
		if (this.#closed) return;
		this.#rate = rate;
		this.#encoder.setRate(rate);
		this.#later(0);
	}

	setSmallRate(rate: Rate | undefined): void {
		if (this.#closed) return;
		this.#smallRate = rate;
		this.#encoder.setSmallRate(rate);
		this.#later(0);
	}

	expectDamage(): void {
		this.#later(0);
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#cancel();
		this.#encoder.close();
	}

	#later(ms: number): void {
		this.#cancel();
		const wanted = this.#rate ?? this.#smallRate;
		if (this.#closed || this.#looking || !wanted) return;
		this.#cancel = this.#parts.clock.after(ms, () => void this.#look());
	}

	async #look(): Promise<void> {
		this.#looking = true;
		try {
			const frame = await decodeImage(await this.#parts.take());
			if (this.#closed) return;
			this.#failures = 0;
			this.#show(frame);
		} catch (error) {
			if (this.#closed || ++this.#failures < MAX_FAILURES) return;
			const message = `The simulator gives no more pictures: ${asSentence(messageOf(error))}`;
			void this.close();
			this.#parts.options.sink.ended({ code: "no-screenshot", message });
		} finally {
			this.#looking = false;
			this.#later(EVERY);
		}
	}

	#show(frame: Canvas): void {
		const size = evenSize(frame);
		const pixels = Buffer.from(frame.getContext("2d").getImageData(0, 0, size.width, size.height).data);
		const turned = size.width !== this.#size.width || size.height !== this.#size.height;
		if (!turned && this.#last?.equals(pixels)) return;
		this.#last = pixels;
		if (turned) {
			this.#size = size;
			this.#encoder.close();
			this.#encoder = this.#openEncoder();
		}
		this.#encoder.encode(pixels, size.width * 4, [], this.#parts.clock.now());
	}

	#openEncoder(): PixelSource {
		const { addon, options } = this.#parts;
		const { bitrate, frameRate } = this.#rate ?? options;
		const encoder: PixelSource = withNativeErrors(
			() =>
				new addon.PixelSource({
					width: this.#size.width,
					height: this.#size.height,
					format: "rgba",
					encoder: chooseEncoder(addon, options.encoder),
					bitrate,
					frameRate,
					onAccessUnit: (unit) => {
						if (encoder !== this.#encoder || this.#closed) return;
						if (unit.encoder !== undefined) options.sink.encoderChanged?.(`screenshots, ${unit.encoder}`);
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
		encoder.setSmallRate(this.#smallRate);
		return encoder;
	}
}

/** Encoders take even sizes only: the last column and row of an odd screen are left out. */
function evenSize({ width, height }: Canvas): { width: number; height: number } {
	return { width: width & ~1, height: height & ~1 };
}
